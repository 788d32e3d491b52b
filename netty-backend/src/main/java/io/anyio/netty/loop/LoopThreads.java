package io.anyio.netty.loop;

import io.anyio.netty.transport.TransportKind;
import io.anyio.spi.OwnThreads;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * Creates the threads of the library's own event loops. They are of Netty's class, which reaches its thread-locals
 * without a map, and keep nothing of the thread that starts a run.
 */
public final class LoopThreads implements ThreadFactory {
    /*
     * Netty's class inherits from the creating thread and has no constructor that prevents this. So the creating thread
     * is one that has nothing to inherit. A loop's thread is created once, when its run begins.
     */

    private final ThreadFactory names;

    public LoopThreads(TransportKind transport) {
        this.names = new DefaultThreadFactory("anyio-netty-" + transport.label(), true);
    }

    /** Creates one thread, on a thread that is used for nothing else. */
    private final class Maker implements Runnable {
        private final Runnable loop;
        private volatile @Nullable Thread made; // set by the maker's thread
        private volatile @Nullable Throwable failure; // set by the maker's thread

        Maker(Runnable loop) {
            this.loop = loop;
        }

        @Override
        public void run() {
            try {
                made = names.newThread(loop);
            } catch (Throwable noThread) { // thrown by the waiting thread
                failure = noThread;
            }
        }
    }

    @Override
    public Thread newThread(Runnable loop) {
        var maker = new Maker(loop);
        Thread thread = OwnThreads.unstarted("anyio-netty-maker", maker);
        thread.start();
        join(thread);
        Thread made = maker.made;
        if (made == null) {
            throw new IllegalStateException("Cannot create the thread of an event loop", maker.failure);
        }
        return made;
    }

    /** Waits for {@code thread}. An interrupt is deferred, because it is meant for the run that begins. */
    private static void join(Thread thread) {
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException later) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
