package io.anyio.netty;

import io.netty.channel.EventLoop;
import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The pending actions of one loop. They are collected during a drain and run at its end, so that a request costs no
 * wake-up and many requests lead to one run.
 */
final class LoopActionQueue {
    /*
     * `draining` says that the loop's thread is inside a drain and will read the list after it has cleared the flag. A
     * requester pushes and then reads the flag; the loop clears the flag and then reads the list: at least one of them
     * sees the other. Requests also come from threads that are not inside that drain (tasks on the JDK's scheduler, a
     * rescue thread, any foreign thread). Therefore the flag decides, and not the identity of the thread.
     */

    private static final VarHandle LIST = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "list", VarHandle.class, LoopActionQueue.class, LoopAction.class);
    private static final VarHandle POSTED = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "posted", VarHandle.class, LoopActionQueue.class, boolean.class);

    private final EventLoop loop;
    private final Runnable onLoop = this::runPosted;
    private final Predicate<Thread> isLoopThread = this::isLoopThread;

    private volatile boolean draining; // written by the loop's thread
    private volatile @Nullable LoopAction list; // newest first; pushed by any thread, emptied by the loop's

    @SuppressWarnings("unused") // through POSTED
    private volatile boolean posted;

    LoopActionQueue(EventLoop loop) {
        this.loop = loop;
    }

    /** Returns a predicate for the thread that does all I/O of this loop. */
    Predicate<Thread> loopThread() {
        return isLoopThread;
    }

    private boolean isLoopThread(Thread thread) {
        return loop.inEventLoop(thread);
    }

    /** Requests a run of {@code action}, at the end of the current drain or else soon. Any thread; never waits. */
    void request(LoopAction action) {
        if (action.register()) {
            LoopAction before;
            do {
                before = list;
                action.next = before;
            } while (!LIST.compareAndSet(this, before, action));
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
            } catch (Throwable noMemory) { // the next drain or the next request runs the actions
                posted = false;
                throw noMemory;
            }
        } else if (loop.isShutdown()) {
            endAll(); // the loop may never run what it has accepted
        }
    }

    /** Notifies all actions that the loop has ended. It may have dropped what it had accepted. */
    void loopEnded() {
        posted = false;
        endAll();
    }

    private void endAll() {
        for (LoopAction action = takeAll(); action != null; ) {
            LoopAction following = action.next;
            action.next = null;
            action.loopEnded();
            action = following;
        }
    }

    /** Returns whether an action is pending. May be called from any thread; the answer may already be outdated. */
    boolean arePending() {
        return list != null;
    }

    private void runPosted() {
        posted = false;
        if (!draining) {
            runAll();
        }
    }

    /** Runs a drain, then the actions requested meanwhile. Called on the loop's thread only. */
    void runThenPerform(Runnable drain) {
        if (draining) { // a handler pumps its own loop; the outer drain runs the actions
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
        for (LoopAction action = takeAll(); action != null; ) {
            LoopAction following = action.next;
            action.perform();
            action = following;
        }
    }

    /** Empties the list and returns its actions, the oldest first. */
    private @Nullable LoopAction takeAll() {
        if (list == null) {
            return null;
        }
        LoopAction newest = (LoopAction) LIST.getAndSet(this, null);
        LoopAction inOrder = null;
        while (newest != null) {
            LoopAction older = newest.next;
            newest.next = inOrder;
            inOrder = newest;
            newest = older;
        }
        return inOrder;
    }
}
