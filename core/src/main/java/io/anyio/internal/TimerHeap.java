package io.anyio.internal;

import org.jspecify.annotations.Nullable;

/**
 * A queue of the timers of one loop, earliest first.
 *
 * <p>Any thread may add, move, remove and poll. No method allocates, waits, or calls foreign code.
 */
final class TimerHeap extends SpinLock {
    /*
     * A pairing heap whose nodes are the timers themselves. Most deadlines are removed before they are due; with this
     * heap, adding and removing one changes a few links and uses no memory of unbounded size. Equal points keep the
     * order in which they were added.
     *
     *   node.child    first of the nodes below it
     *   node.next     next node on the same level
     *   node.prev     previous node on the same level, or the parent for the first one
     */

    /** An action at a point in time. Owned by the code that adds it. */
    abstract static class Timer {
        @Nullable
        Timer nextDue; // owned by the thread that has polled it to fire it

        private long time; // this and the following: guarded by the heap's lock
        private long order;
        private boolean queued;
        private @Nullable Timer child;
        private @Nullable Timer next;
        private @Nullable Timer prev;

        /**
         * Returns whether to fire at {@code now}, and records what must be visible before any of the due timers is
         * fired. Runs on any thread, inside the heap's lock; must be short. Returns true at most once.
         */
        abstract boolean decide(long now);

        /** Performs the action. Runs on any thread, outside of all locks; must not wait. */
        abstract void fire();

        private boolean before(Timer other) {
            return time != other.time ? time < other.time : order < other.order;
        }
    }

    private @Nullable Timer root; // guarded by this
    private long added; // guarded by this
    private int size; // guarded by this
    private volatile long earliest = Long.MAX_VALUE; // written under the lock, read by any thread

    /** Returns the earliest point in nanoseconds since the start of the run, or {@code Long.MAX_VALUE} if empty. */
    long earliest() {
        return earliest;
    }

    /** Returns the number of timers. Any thread. */
    int size() {
        lock();
        try {
            return size;
        } finally {
            unlock();
        }
    }

    /** Adds a timer, or moves one that is queued. Returns true when the earliest point has become earlier. */
    boolean add(Timer timer, long time) {
        lock();
        try {
            if (timer.queued) {
                unlink(timer);
            }
            timer.time = time;
            timer.order = added++;
            timer.queued = true;
            size++;
            root = root == null ? timer : meld(root, timer);
            return updateEarliest();
        } finally {
            unlock();
        }
    }

    /** Removes a timer. Does nothing when it has fired or was never added. */
    void remove(Timer timer) {
        lock();
        try {
            if (timer.queued) {
                unlink(timer);
                updateEarliest();
            }
        } finally {
            unlock();
        }
    }

    /** Removes and returns the earliest timer to fire at {@code now}, or returns null. */
    @Nullable
    Timer pollDue(long now) {
        if (earliest > now) {
            return null;
        }
        lock();
        try {
            Timer first = root;
            while (first != null && first.time <= now) {
                unlink(first);
                updateEarliest();
                if (first.decide(now)) {
                    return first;
                }
                first = root;
            }
            return null;
        } finally {
            unlock();
        }
    }

    private boolean updateEarliest() {
        long before = earliest;
        long now = root == null ? Long.MAX_VALUE : root.time;
        if (now != before) {
            earliest = now;
        }
        return now < before;
    }

    private void unlink(Timer timer) {
        Timer below = mergePairs(timer.child);
        if (timer == root) {
            root = below;
        } else {
            Timer prev = timer.prev;
            if (prev != null) {
                if (prev.child == timer) {
                    prev.child = timer.next;
                } else {
                    prev.next = timer.next;
                }
            }
            if (timer.next != null) {
                timer.next.prev = prev;
            }
            if (below != null && root != null) {
                root = meld(root, below);
            }
        }
        timer.child = null;
        timer.next = null;
        timer.prev = null;
        timer.queued = false;
        size--;
    }

    private static Timer meld(Timer a, Timer b) {
        Timer top = b.before(a) ? b : a;
        Timer under = top == a ? b : a;
        under.next = top.child;
        if (under.next != null) {
            under.next.prev = under;
        }
        under.prev = top;
        top.child = under;
        return top;
    }

    /** Merges a level of nodes into one: pairs from left to right, then all from right to left. */
    private static @Nullable Timer mergePairs(@Nullable Timer first) {
        Timer pairs = null; // linked backwards through next
        while (first != null) {
            Timer a = first;
            Timer b = a.next;
            first = b == null ? null : b.next;
            Timer pair = detached(a);
            if (b != null) {
                pair = meld(pair, detached(b));
            }
            pair.next = pairs;
            pairs = pair;
        }
        Timer result = null;
        while (pairs != null) {
            Timer following = pairs.next;
            Timer pair = detached(pairs);
            result = result == null ? pair : meld(result, pair);
            pairs = following;
        }
        return result;
    }

    private static Timer detached(Timer timer) {
        timer.next = null;
        timer.prev = null;
        return timer;
    }
}
