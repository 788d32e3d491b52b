package io.anyio.netty;

import io.anyio.spi.OwnThreads;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes the threads of the library's own event loops: Netty's, which reach its thread-locals without a map, and which
 * keep nothing of the thread that starts a run.
 */
final class LoopThreads implements ThreadFactory {
    /*
     * Netty's class of threads inherits from the thread that makes it, and has no constructor that says otherwise. So the
     * maker is a thread that has nothing to inherit. A loop's thread is made once, while its run begins.
     */

    private final ThreadFactory names;

    LoopThreads(Transport transport) {
        this.names = new DefaultThreadFactory("anyio-netty-" + transport.label(), true);
    }

    /** One thread that makes another. */
    private final class Maker implements Runnable {
        private final Runnable loop;
        private volatile @Nullable Thread made; // set by the maker's thread
        private volatile @Nullable Throwable failure; // as made

        Maker(Runnable loop) {
            this.loop = loop;
        }

        @Override
        public void run() {
            try {
                made = names.newThread(loop);
            } catch (Throwable noThread) { // belongs to the thread that waits
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
            throw new IllegalStateException("The thread of an event loop cannot be made", maker.failure);
        }
        return made;
    }

    /** An interrupt waits: it is meant for the run that begins. */
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
