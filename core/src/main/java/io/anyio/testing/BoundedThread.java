package io.anyio.testing;

import io.anyio.Block;
import io.anyio.TimedOutException;
import io.anyio.spi.OwnThreads;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A thread that runs code with a time limit, for code that must not be a task. */
final class BoundedThread {
    private final Thread thread;
    private volatile @Nullable Throwable failure; // written by the thread before it ends

    private BoundedThread(Block<?> body) {
        thread = OwnThreads.unstarted("anyio-contract", () -> {
            try {
                body.run();
            } catch (Throwable thrown) { // thrown again by join()
                failure = thrown;
            }
        });
        thread.setContextClassLoader(Thread.currentThread().getContextClassLoader()); // backends are found there
        thread.start();
    }

    /** Starts a thread that runs {@code body}. */
    static BoundedThread start(Block<?> body) {
        return new BoundedThread(body);
    }

    /** Runs {@code body} in a new thread and throws what it throws. */
    static void run(Duration limit, Block<?> body) throws Throwable {
        start(body).join(limit);
    }

    /** Waits for the end. */
    void join() throws InterruptedException {
        thread.join();
    }

    /** Waits for the end and throws what the code has thrown. After the time limit the thread is interrupted. */
    void join(Duration limit) throws Throwable {
        if (!thread.join(limit)) {
            var late = new TimedOutException("The thread has not ended");
            late.setStackTrace(thread.getStackTrace());
            thread.interrupt();
            throw late;
        }
        Throwable thrown = failure;
        if (thrown != null) {
            throw thrown;
        }
    }
}
