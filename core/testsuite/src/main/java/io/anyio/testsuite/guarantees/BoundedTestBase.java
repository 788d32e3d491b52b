package io.anyio.testsuite.guarantees;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.anyio.AnyIO;
import io.anyio.testsuite.BackendUnderTest;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;

/** Base of the tests of guarantees: code that ends in bounded time, on the required carrier. */
public abstract class BoundedTestBase {
    /** The address of servers. */
    public static final String HOST = "127.0.0.1";

    /** The time after which a test counts as hanging; no working test takes a tenth of it. */
    protected static final long PATIENCE_SECONDS = 15;

    /** Returns whether the tests run on the loop carrier. */
    public static boolean onLoopCarrier() {
        return "loop".equals(System.getProperty("anyio.test.carrier"));
    }

    /** Verifies the carrier: on another one than stated, the suite would prove nothing. */
    @BeforeEach
    final void runsOnTheCarrierThatIsToBeProven() {
        AnyIO.run(
                () -> assertThat(AnyIO.currentRun().carrier().label())
                        .isEqualTo(System.getProperty("anyio.test.carrier")),
                BackendUnderTest.get().options());
    }

    /** Runs code on a thread of its own and fails, with all stacks, if it does not end. */
    public static <T> T bounded(Callable<T> code) throws Exception {
        var result = new FutureTask<>(code);
        Thread.ofPlatform().daemon().name("proof").start(result);
        try {
            return result.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException stuck) {
            return fail("stuck:\n" + stacks());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception exception) {
                throw exception;
            }
            throw (Error) e.getCause();
        }
    }

    private static String stacks() {
        var text = new StringBuilder();
        for (Map.Entry<Thread, StackTraceElement[]> entry :
                Thread.getAllStackTraces().entrySet()) {
            text.append(entry.getKey()).append(' ').append(entry.getKey().getState());
            for (StackTraceElement frame : entry.getValue()) {
                text.append("\n    ").append(frame);
            }
            text.append('\n');
        }
        return text.toString();
    }

    /** Waits, on a thread that is not a task, for a condition that no event signals. */
    @SuppressWarnings("ThreadPriorityCheck") // there is no better way to wait
    public static void until(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                fail("never came true:\n" + stacks());
            }
            Thread.yield();
        }
    }

    /** Returns the name of the platform thread that carries the current virtual thread. */
    public static String carrierThread() {
        String text = Thread.currentThread().toString();
        return text.substring(text.lastIndexOf('@') + 1);
    }
}
