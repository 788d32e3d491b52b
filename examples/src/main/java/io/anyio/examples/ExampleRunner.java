package io.anyio.examples;

import io.anyio.AnyIO;
import io.anyio.Backends;
import io.anyio.RunInterruptedException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Runs one example on the backend that the command line names, and ends it in good order on SIGINT and SIGTERM. */
final class ExampleRunner {
    private static final int GRACE_SECONDS = 10;

    private ExampleRunner() {}

    /** Returns the exit status. */
    static int run(Example example) throws Exception {
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
                        System.out.println(AnyIO.currentRun());
                        example.run();
                    },
                    Backends.options(example.backend, example.backendOptions()));
            return 0;
        } catch (RunInterruptedException signalled) {
            System.out.println("stopped");
            return 0;
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
