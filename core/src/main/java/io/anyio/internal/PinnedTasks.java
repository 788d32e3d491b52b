package io.anyio.internal;

import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The tasks of one loop that wait while they are pinned to a thread and whose token was given to another thread. Such a
 * task gets the token back before it continues, or loses its claim to it when it is unmounted.
 */
final class PinnedTasks {
    /*
     *   ASKED ──take(), once it is certain that the task waits──▶ TAKEN ◀──▶ RETURNING ──the token is back──▶ RETURNED
     *     │                                                         │
     *     └──the task has continued──▶ OVER ◀──it is unmounted──────┘
     *
     * Every arrow from TAKEN is a CAS. The token moves by CAS, too.
     *
     * A thread that runs tasks reads the entries after each task, after its write of `mounted`. A task reads them when
     * its wait has ended. Neither executes a fence; the thread that takes the token orders these accesses instead. It
     * adds the entry, and then requests the stack of the pinned task, which the JVM reads in a handshake with the
     * thread that carries the task. Everything which that thread wrote before the handshake is visible afterwards, and
     * everything it reads after the handshake sees the entry. A second handshake after the write of `holder` confirms
     * that the task still waits at the same place, so it is not inside a step that only the holder may perform.
     *
     * A task that waits in the library reads the entries before it continues. A task that waits for something foreign
     * continues beside the other tasks, and reads the entries at its next suspension point.
     */

    private enum State {
        ASKED,
        TAKEN,
        RETURNING, // for a moment, so that the task cannot be unmounted unseen
        RETURNED,
        OVER
    }

    private static final class Entry {
        private final Task task;
        private final TaskRunner runner; // to whose thread the task is pinned
        private volatile State state = State.ASKED; // written by the taking thread, the holder, and the runner
        private volatile boolean wanted; // set by the task when its wait has ended

        Entry(Task task, TaskRunner runner) {
            this.task = task;
            this.runner = runner;
        }

        boolean change(State before, State after) {
            return STATE.compareAndSet(this, before, after);
        }
    }

    private static final VarHandle STATE = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "state", VarHandle.class, Entry.class, State.class);

    private static final VarHandle ENTRIES = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "entries", VarHandle.class, PinnedTasks.class, Entry[].class);
    private static final Entry[] NONE = {};

    private final LoopCarrier loop;
    private volatile Entry[] entries = NONE; // replaced as a whole, by any thread

    PinnedTasks(LoopCarrier loop) {
        this.loop = loop;
    }

    boolean isEmpty() {
        return entries.length == 0;
    }

    /**
     * Takes the token from {@code from} for {@code to}, if {@code task} still waits there. Returns whether it was
     * taken. Called by the thread of {@code to}.
     *
     * @param shown whether the JVM shows that the task waits; otherwise the task must be outside of the library
     */
    boolean take(TaskRunner from, Task task, TaskRunner to, boolean shown) {
        var entry = new Entry(task, from);
        add(entry);
        boolean taken = false;
        try {
            taken = takeFromWaiting(from, task, to, shown);
        } finally {
            if (taken) {
                entry.state = State.TAKEN;
            } else {
                entry.state = State.OVER;
                remove(entry);
            }
            LockSupport.unpark(task.thread()); // it may be waiting for the token already
        }
        return taken;
    }

    private boolean takeFromWaiting(TaskRunner from, Task task, TaskRunner to, boolean shown) {
        StackTraceElement[] before = task.thread().getStackTrace();
        if (loop.holder != from || from.mounted != task || !waits(from, before, shown)) {
            return false;
        }
        if (!LoopCarrier.HOLDER.compareAndSet(loop, from, to)) {
            return false; // another thread was faster
        }
        boolean waits = false;
        try {
            StackTraceElement[] after = task.thread().getStackTrace();
            waits = from.mounted == task && waits(from, after, shown) && Arrays.equals(before, after);
        } finally {
            if (!waits) {
                LoopCarrier.HOLDER.compareAndSet(loop, to, from);
            }
        }
        return waits;
    }

    private static boolean waits(TaskRunner runner, StackTraceElement[] where, boolean shown) {
        return shown ? Watchdog.isWaiting(runner.thread) : StallReporter.isOutsideOfLibrary(where);
    }

    /**
     * Hands the token of {@code from}, whose task does not suspend, to a pinned task that waits for the token. The
     * running task may wait for a class that the pinned task initializes. Does nothing unless the running task stays at
     * one place outside of the library's code. Returns whether the token was handed over. Called by the watchdog.
     */
    boolean handOver(TaskRunner from, Task task) {
        if (firstWanted() == null) {
            return false;
        }
        var entry = new Entry(task, from);
        add(entry);
        Entry next = claimWanted(); // last, because the state must not last when there is no memory
        if (next == null) {
            entry.state = State.OVER;
            remove(entry);
            return false;
        }
        boolean taken = false;
        try {
            StackTraceElement[] before = task.thread().getStackTrace();
            if (from.mounted == task
                    && StallReporter.isOutsideOfLibrary(before)
                    && LoopCarrier.HOLDER.compareAndSet(loop, from, next.runner)) {
                taken = Arrays.equals(before, task.thread().getStackTrace()) && from.mounted == task;
                if (!taken) {
                    LoopCarrier.HOLDER.compareAndSet(loop, next.runner, from);
                }
            }
        } finally {
            entry.state = taken ? State.TAKEN : State.OVER;
            if (taken) {
                next.state = State.RETURNED;
                remove(next);
            } else {
                next.state = State.TAKEN;
                remove(entry);
            }
            LockSupport.unpark(next.task.thread());
        }
        return taken;
    }

    /** Returns whether the current task may continue; otherwise it must wait until it gets the token back. */
    boolean mayGoOn(Task task) {
        for (Entry entry : entries) {
            if (entry.task == task && !goesOn(entry)) {
                return false;
            }
        }
        return true;
    }

    private boolean goesOn(Entry entry) {
        entry.wanted = true;
        if (entry.change(State.TAKEN, State.RETURNING)) {
            Object holder = loop.holder;
            if (holder == null && LoopCarrier.HOLDER.compareAndSet(loop, null, entry.runner)) {
                entry.state = State.RETURNED;
                remove(entry);
            } else {
                entry.state = State.TAKEN;
                if (holder instanceof TaskRunner runner) {
                    LockSupport.unpark(runner.thread); // it may be parked for lack of work
                }
            }
        }
        State state = entry.state;
        return state == State.RETURNED || state == State.OVER;
    }

    /** Records that a task is unmounted, because the JDK has submitted its continuation. */
    void unmounted(Task task) {
        for (Entry entry : entries) {
            if (entry.task == task && isOver(entry)) {
                remove(entry);
            }
        }
    }

    /** Ends an entry whose task is unmounted, unless it gets the token back just now. */
    private static boolean isOver(Entry entry) {
        while (entry.state == State.RETURNING) {
            Thread.onSpinWait();
        }
        return entry.change(State.TAKEN, State.OVER);
    }

    /**
     * Returns whether a thread that has just run a task may run another one. Returns false when the token was taken
     * from it, and when this call hands the token back to a pinned task that waits for it.
     */
    boolean keepsToken(TaskRunner me) {
        for (Entry entry : entries) {
            if (entry.runner == me) {
                while (entry.state == State.ASKED) {
                    Thread.onSpinWait();
                }
                if (isOver(entry)) { // its task has ended or was unmounted
                    remove(entry);
                    if (entry.wanted) {
                        LockSupport.unpark(entry.task.thread()); // it was unmounted while it waited for the token
                    }
                }
            }
        }
        if (loop.holder != me) {
            return false;
        }
        Entry next = claimWanted();
        if (next == null) {
            return true;
        }
        boolean returned = LoopCarrier.HOLDER.compareAndSet(loop, me, next.runner);
        next.state = returned ? State.RETURNED : State.TAKEN;
        if (returned) {
            remove(next);
        }
        LockSupport.unpark(next.task.thread());
        return false;
    }

    /** Wakes the pinned tasks that wait for the token, which is free now. */
    void tokenIsFree() {
        for (Entry entry : entries) {
            if (entry.wanted && (entry.state == State.TAKEN || entry.state == State.RETURNING)) {
                LockSupport.unpark(entry.task.thread()); // all: one of them takes it, the others park again
            }
        }
    }

    /**
     * Returns whether a task without the token is pinned to this thread. The JVM shows the thread as running if the
     * task waits for the initializer of a class.
     */
    boolean isPinnedTo(Thread thread) {
        for (Entry entry : entries) {
            if (entry.runner.thread == thread && entry.state == State.TAKEN) {
                return true;
            }
        }
        return false;
    }

    /** Returns whether a pinned task could continue if it had the token. */
    boolean isTokenWanted() {
        return firstWanted() != null;
    }

    /** Puts the first entry that waits for the token into {@link State#RETURNING}, which the caller must end soon. */
    private @Nullable Entry claimWanted() {
        Entry next = firstWanted();
        while (next != null && !next.change(State.TAKEN, State.RETURNING)) {
            next = firstWanted();
        }
        return next;
    }

    private @Nullable Entry firstWanted() {
        for (Entry entry : entries) {
            if (entry.wanted && entry.state == State.TAKEN) {
                return entry;
            }
        }
        return null;
    }

    private void add(Entry entry) {
        Entry[] before;
        Entry[] after;
        do {
            before = entries;
            after = Arrays.copyOf(before, before.length + 1);
            after[before.length] = entry;
        } while (!ENTRIES.compareAndSet(this, before, after));
    }

    private void remove(Entry entry) {
        Entry[] before;
        Entry[] after;
        do {
            before = entries;
            after = Arrays.stream(before).filter(other -> other != entry).toArray(Entry[]::new);
        } while (!ENTRIES.compareAndSet(this, before, after));
    }
}
