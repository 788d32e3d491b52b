package io.anyio.internal;

import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A fair queue of waits, and the critical section of its owner. Public code uses it as a {@code WaitQueue}. */
public final class WaitList extends SpinLock {
    private static final VarHandle ORDER = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "order", VarHandle.class, WaitList.class, long.class);
    private static final AtomicLong ORDERS = new AtomicLong();

    /*
     * On a full stack, code that has begun a section may be unable to call leave(); see StackRoom. Entering checks for
     * room while tasks wait, because the section may then wake them. Otherwise it checks only as long as the code of
     * the section may not be compiled: a compiled section that wakes no task calls nothing that checks the stack.
     */

    private static final int PROVEN = 10_000; // entries after which the code of a section is certainly compiled

    private int unproven = PROVEN; // approximate; any thread
    private @Nullable Wait first; // guarded by this
    private @Nullable Wait last; // guarded by this
    private volatile long order; // given by the first select; 0 before

    private WaitList() {}

    /** Creates an empty queue. */
    public static WaitList create() {
        return new WaitList();
    }

    /** Begins the critical section. Spins, never parks. {@link #leave} must follow soon. */
    public void enter() {
        if (first != null || unproven > 0) { // both are hints: see the notes above
            unproven--;
            StackRoom.requireForSection();
        }
        lock();
    }

    /** Ends the critical section. */
    public void leave() {
        unlock();
    }

    /** Returns the rank of this queue. Code that enters several queues enters those of lower rank first. */
    public long order() {
        if (order == 0) {
            ORDER.compareAndSet(this, 0L, ORDERS.incrementAndGet());
        }
        return order;
    }

    /** Adds a wait at the end. Inside the critical section only. */
    public void add(Wait wait) {
        wait.queue = this;
        wait.prev = last;
        if (last == null) {
            first = wait;
        } else {
            last.next = wait;
        }
        last = wait;
    }

    /**
     * Removes and claims the oldest wait that can still be resumed, or returns null. Cancelled waits before it are
     * removed. Inside the critical section only; {@link Wait#wake} of the result must follow after leaving it.
     */
    public @Nullable Wait claimFirst() {
        for (Wait wait = first; wait != null; wait = first) {
            boolean claimed = wait.claim(); // first, because it may throw on a full stack
            unlink(wait);
            if (claimed) {
                return wait;
            }
        }
        return null;
    }

    /** Returns whether no wait in the queue can still be resumed. Inside the critical section only. */
    public boolean isIdle() {
        for (Wait wait = first; wait != null; wait = wait.next) {
            if (wait.isPending()) {
                return false;
            }
        }
        return true;
    }

    /** Returns the number of waiting tasks; cancelled ones count until they leave. Inside the critical section only. */
    public int size() {
        int size = 0;
        for (Wait wait = first; wait != null; wait = wait.next) {
            if (wait.isWaiting()) {
                size++;
            }
        }
        return size;
    }

    /** Removes a wait that was aborted. Does nothing when it is not queued. Outside of the critical section. */
    public void remove(Wait wait) {
        lock();
        try {
            if (wait.queue == this) {
                unlink(wait);
            }
        } finally {
            unlock();
        }
    }

    /**
     * Waits until {@code wait} is resumed, and removes it from the queue when cancelled. Outside of the critical
     * section, after {@link #add}. A checkpoint.
     */
    public void await(Wait wait) {
        try {
            wait.await();
        } catch (Throwable notResumed) { // a cancellation, or a full stack
            remove(wait);
            throw notResumed;
        }
    }

    /** Resumes all waits in the order of arrival. Outside of the critical section. */
    public void wakeAll() {
        while (true) {
            lock();
            Wait wait;
            try {
                wait = claimFirst();
            } finally {
                unlock();
            }
            if (wait == null) {
                return;
            }
            wait.wake();
        }
    }

    private void unlink(Wait wait) {
        if (wait.prev == null) {
            first = wait.next;
        } else {
            wait.prev.next = wait.next;
        }
        if (wait.next == null) {
            last = wait.prev;
        } else {
            wait.next.prev = wait.prev;
        }
        wait.next = null;
        wait.prev = null;
        wait.queue = null;
    }
}
