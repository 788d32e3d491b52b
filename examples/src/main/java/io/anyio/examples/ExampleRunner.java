package io.anyio.examples;

import io.anyio.AnyIO;
import io.anyio.Backends;
import io.anyio.RunInterruptedException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Runs one example on the backend that the command line names, and ends it in good order on SIGINT and SIGTERM. */
final class ExampleRunner {
    private static final int GRACE_SECONDS = 10;

    private ExampleRunner() {}

    /** Returns the exit status: 1 if the run could not begin, after the reason was printed. */
    static int run(CommandLine line) {
        var begun = new AtomicBoolean();
        var ended = new CountDownLatch(1);
        Thread waiter = Thread.currentThread();
        // The JVM starts this thread on SIGINT and SIGTERM. Interrupting the thread that waits in AnyIO.run cancels the
        // first task. halt() sets the status 0, because this end is intended.
        var onSignal = new Thread(
                () -> {
                    waiter.interrupt();
                    try {
                        boolean inTime = ended.await(GRACE_SECONDS, TimeUnit.SECONDS);
                        System.out.flush();
                        Runtime.getRuntime().halt(inTime ? 0 : 1);
                    } catch (InterruptedException e) {
                        Runtime.getRuntime().halt(1);
                    }
                },
                "end of the example");
        Runtime.getRuntime().addShutdownHook(onSignal);
        try {
            AnyIO.run(
                    () -> {
                        begun.set(true);
                        System.out.println(AnyIO.currentRun());
                        line.example().run(line);
                    },
                    Backends.options(line.backend(), line.backendOptions()));
            return 0;
        } catch (RunInterruptedException signalled) {
            System.out.println("stopped");
            return 0;
        } catch (RuntimeException | Error failure) {
            if (failure instanceof IllegalStateException && !begun.get()) { // for example, a transport is not available
                System.err.println(failure.getMessage());
                return 1;
            }
            throw failure;
        } catch (Exception failure) {
            throw new IllegalStateException("The example failed", failure);
        } finally {
            ended.countDown();
            removeHook(onSignal);
        }
    }

    private static void removeHook(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException shuttingDown) {
            awaitHalt(); // the hook ends the process: wait for it
        }
    }

    private static void awaitHalt() {
        Thread.interrupted();
        try {
            Thread.sleep(TimeUnit.SECONDS.toMillis(GRACE_SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
