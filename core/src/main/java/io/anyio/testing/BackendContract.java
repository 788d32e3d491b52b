package io.anyio.testing;

import io.anyio.spi.BackendOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
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
 * <p>A backend that offers less, or that is not complete yet, is verified for the {@linkplain Part parts} that it
 * offers:
 *
 * <pre>{@code
 * BackendContract.of(MyOptions.DEFAULTS).withParts(Part.LOOPS, Part.TASKS).verify();
 * }</pre>
 *
 * <p>AnyIO has no counterpart; it runs its own tests on every backend.
 */
public final class BackendContract {
    private final BackendOptions options;
    private final Set<Part> parts;
    private final Duration limit;

    private BackendContract(BackendOptions options, Set<Part> parts, Duration limit) {
        this.options = options;
        this.parts = parts;
        this.limit = limit;
    }

    /** A part of what backends offer, with checks of its own. */
    public enum Part {

        /** Loops that run what is posted to them, and a clock. */
        LOOPS,

        /** Runs: their values, failures and ends, and the cancellation of their tasks. */
        TASKS,

        /** Timers: sleeping and time-outs. */
        TIMERS,

        /** Other threads, which wake tasks, cancel scopes and interrupt a run. */
        THREADS,

        /** Several loops, if the options ask for them. */
        SEVERAL_LOOPS
    }

    /** Returns the contract of the backend to which the options belong. Options with several loops verify more. */
    public static BackendContract of(BackendOptions options) {
        Objects.requireNonNull(options, "options");
        return new BackendContract(options, EnumSet.allOf(Part.class), ContractCheck.PATIENCE);
    }

    /**
     * Returns this contract with the checks of these parts only; by default those of all parts. A check that needs
     * several parts, such as a clean-up that sleeps, is left out unless all of them are given.
     *
     * @throws IllegalArgumentException when no part is given
     */
    public BackendContract withParts(Part... offered) {
        List<Part> given = List.of(offered);
        if (given.isEmpty()) {
            throw new IllegalArgumentException("A backend offers at least one part; name those to verify");
        }
        return new BackendContract(options, EnumSet.copyOf(given), limit);
    }

    /** Returns this contract with another time after which a check has failed; by default 30 seconds. */
    public BackendContract withTimeLimit(Duration newLimit) {
        Objects.requireNonNull(newLimit, "newLimit");
        return new BackendContract(options, parts, newLimit);
    }

    /** Returns the checks. Each opens the backend anew, from a thread of its own that is not a task. */
    public Stream<ContractCheck> checks() {
        List<ContractCheck> checks = new ArrayList<>();
        var backendChecks = new BackendChecks(checks, limit, options, parts);
        RunChecks.addTo(backendChecks.needing(Part.TASKS));
        TimerChecks.addTo(backendChecks.needing(Part.TASKS, Part.TIMERS));
        ThreadChecks.addTo(backendChecks.needing(Part.TASKS));
        new LoopChecks(limit.dividedBy(2)).addTo(backendChecks.needing(Part.LOOPS));
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
