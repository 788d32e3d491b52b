package io.anyio.netty;

import io.netty.channel.EventLoop;
import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What tasks want done on their loop's thread: collected during a drain and done at its end, so that it costs no
 * wake-up and happens once for many requests.
 */
final class Errands {
    /*
     * `draining` says that the loop's thread is inside a drain and will look at the list after it has cleared the flag. A
     * requester pushes and then looks at the flag; the loop clears the flag and then looks at the list: one sees the other.
     * Requests also come from threads that are not inside that drain (tasks on the JDK's scheduler, a rescuing thread, any
     * foreign thread), which is why the flag, and not the identity of the thread, decides.
     */

    private static final VarHandle LIST = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "list", VarHandle.class, Errands.class, Errand.class);
    private static final VarHandle POSTED = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "posted", VarHandle.class, Errands.class, boolean.class);

    private final EventLoop loop;
    private final Runnable onLoop = this::runPosted;
    private final Predicate<Thread> isLoopThread = this::isLoopThread;

    private volatile boolean draining; // written by the loop's thread
    private volatile @Nullable Errand list; // newest first; pushed by any thread, emptied by the loop's

    @SuppressWarnings("unused") // through POSTED
    private volatile boolean posted;

    Errands(EventLoop loop) {
        this.loop = loop;
    }

    /** Whether a thread is the one that does all I/O here. */
    Predicate<Thread> loopThread() {
        return isLoopThread;
    }

    private boolean isLoopThread(Thread thread) {
        return loop.inEventLoop(thread);
    }

    /** Has {@code errand} done once, at the end of the running drain or else soon. Any thread; never waits. */
    void request(Errand errand) {
        if (errand.enlist()) {
            Errand before;
            do {
                before = list;
                errand.next = before;
            } while (!LIST.compareAndSet(this, before, errand));
            if (!draining) {
                post();
            }
        }
    }

    private void post() {
        if (POSTED.compareAndSet(this, false, true)) {
            try {
                loop.execute(onLoop);
            } catch (RejectedExecutionException ended) {
                posted = false;
                endAll();
            } catch (Throwable noMemory) { // done by the next drain, or with the next errand
                posted = false;
                throw noMemory;
            }
        } else if (loop.isShutdown()) {
            endAll(); // what was accepted before may never be run
        }
    }

    /** The loop has ended, and may have dropped what it had accepted. */
    void loopEnded() {
        posted = false;
        endAll();
    }

    private void endAll() {
        for (Errand errand = takeAll(); errand != null; ) {
            Errand following = errand.next;
            errand.next = null;
            errand.loopEnded();
            errand = following;
        }
    }

    /** Whether something is requested and not done yet. Any thread; what was true a moment ago. */
    boolean arePending() {
        return list != null;
    }

    private void runPosted() {
        posted = false;
        if (!draining) {
            runAll();
        }
    }

    /** Runs a drain, and then what was requested meanwhile. The loop's thread only. */
    void during(Runnable drain) {
        if (draining) { // a handler that pumps its own loop; the outer drain does the errands
            drain.run();
            return;
        }
        draining = true;
        try {
            drain.run();
        } finally {
            draining = false;
            runAll();
        }
    }

    private void runAll() {
        for (Errand errand = takeAll(); errand != null; ) {
            Errand following = errand.next;
            errand.doNow();
            errand = following;
        }
    }

    /** Empties the list, oldest first. */
    private @Nullable Errand takeAll() {
        if (list == null) {
            return null;
        }
        Errand newest = (Errand) LIST.getAndSet(this, null);
        Errand inOrder = null;
        while (newest != null) {
            Errand older = newest.next;
            newest.next = inOrder;
            inOrder = newest;
            newest = older;
        }
        return inOrder;
    }
}
