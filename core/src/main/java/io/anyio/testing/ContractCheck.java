package io.anyio.testing;

import io.anyio.AnyIO;
import io.anyio.Block;
import io.anyio.Cancelled;
import io.anyio.TimedOutException;
import io.anyio.Timeouts;
import io.anyio.spi.BackendOptions;
import java.time.Duration;
import java.util.Objects;

/**
 * One rule of a contract, with the code that verifies it. A test framework can show each check as a test; with JUnit:
 *
 * <pre>{@code
 * @TestFactory
 * Stream<DynamicTest> theContract() {
 *     return ByteStreamContract.twoWay(MyStreamTest::pair).checks()
 *             .map(check -> dynamicTest(check.name(), () -> check.runOn(options)));
 * }
 * }</pre>
 *
 * <p>AnyIO has no counterpart; closest are trio's {@code check_two_way_stream} and its relatives.
 */
public final class ContractCheck {

    /** The time after which a check counts as stuck, if the contract does not set another one. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    /** What the code of a check is run by. */
    private enum Runner {
        TASK,
        THREAD
    }

    private final String name;
    private final Runner runner;
    private final Duration limit;
    private final Block<Exception> body;

    private ContractCheck(String name, Runner runner, Duration limit, Block<Exception> body) {
        this.name = name;
        this.runner = runner;
        this.limit = limit;
        this.body = body;
    }

    /** Returns a check whose code is a task. */
    static ContractCheck ofTask(String name, Duration limit, Block<Exception> body) {
        return new ContractCheck(name, Runner.TASK, limit, body);
    }

    /** Returns a check whose code starts runs of its own, so it must not be a task. */
    static ContractCheck ofThread(String name, Duration limit, Block<Exception> body) {
        return new ContractCheck(name, Runner.THREAD, limit, body);
    }

    /** Returns the rule, as a sentence. */
    public String name() {
        return name;
    }

    /**
     * Verifies the rule. A check of a stream or a listener must be called by a task, a check of a backend outside of
     * tasks.
     *
     * @throws AssertionError when the rule is broken, with what happened; also when the check has not ended in time
     * @throws Cancelled when the calling task is cancelled
     * @throws io.anyio.NoEventLoopException when a check of a stream or a listener is not called by a task
     * @throws IllegalStateException when a check of a backend is called by a task
     */
    public void run() {
        if (runner == Runner.TASK) {
            AnyIO.currentRun(); // throws outside of a task
        } else if (AnyIO.currentBackend().isPresent()) {
            throw new IllegalStateException("A check of a backend starts runs of its own; call it outside of tasks");
        }
        try {
            if (runner == Runner.TASK) {
                Timeouts.failAfter(limit, body);
            } else {
                BoundedThread.run(limit, body);
            }
        } catch (Cancelled c) {
            throw c;
        } catch (TimedOutException late) {
            throw new AssertionError(
                    "Broken: \"" + name + "\". Not finished within " + limit + ": a call waits that should have ended",
                    late);
        } catch (Throwable failure) { // whatever the code under test throws breaks the rule
            throw new AssertionError("Broken: \"" + name + "\". " + Expect.reason(failure), failure);
        }
    }

    /**
     * Verifies the rule as the first task of a run of its own. For a check of a stream or a listener.
     *
     * @throws AssertionError as {@link #run}
     * @throws IllegalStateException when called by a task
     */
    public void runOn(BackendOptions options) {
        Objects.requireNonNull(options, "options");
        AnyIO.run(this::run, options);
    }

    @Override
    public String toString() {
        return name;
    }
}
