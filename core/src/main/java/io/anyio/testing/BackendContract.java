package io.anyio.testing;

import io.anyio.spi.BackendOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * What every backend must do, as checks for the implementer of one: runs and their failures, cancellation, timers,
 * calls of other threads, several loops, and the loops by themselves. For the network of a backend, verify
 * {@link ByteStreamContract} and {@link ListenerContract} with the streams of {@link io.anyio.net}. Immutable.
 *
 * <pre>{@code
 * BackendContract.of(MyOptions.DEFAULTS).verify();   // outside of tasks
 * }</pre>
 *
 * <p>AnyIO has no counterpart; it runs its own tests on every backend.
 */
public final class BackendContract {
    private final BackendOptions options;
    private final Duration limit;

    private BackendContract(BackendOptions options, Duration limit) {
        this.options = options;
        this.limit = limit;
    }

    /** Returns the contract of the backend to which the options belong. Options with several loops verify more. */
    public static BackendContract of(BackendOptions options) {
        Objects.requireNonNull(options, "options");
        return new BackendContract(options, ContractCheck.PATIENCE);
    }

    /** Returns this contract with another time after which a check has failed; by default 30 seconds. */
    public BackendContract withTimeLimit(Duration newLimit) {
        Objects.requireNonNull(newLimit, "newLimit");
        return new BackendContract(options, newLimit);
    }

    /** Returns the checks. Each opens the backend anew, from a thread of its own that is not a task. */
    public Stream<ContractCheck> checks() {
        List<ContractCheck> checks = new ArrayList<>();
        var backendChecks = new BackendChecks(checks, limit, options);
        RunChecks.addTo(backendChecks);
        TimerChecks.addTo(backendChecks);
        ThreadChecks.addTo(backendChecks);
        new LoopChecks(limit.dividedBy(2)).addTo(backendChecks);
        return checks.stream();
    }

    /**
     * Runs every check. Must not be called by a task.
     *
     * @throws AssertionError when a rule is broken; it names every broken rule
     */
    public void verify() {
        Contracts.verify(checks());
    }
}
