package io.anyio;

import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The tasks of one loop that wait while they are pinned to a thread, and whose token was given to another thread
 * meanwhile. Such a task gets the token back before it goes on, or gives it up when it is unmounted.
 */
final class PinnedTasks {
    /*
     *   ASKED ──take(), once it is certain that the task waits──▶ TAKEN ──the holder hands the token back──▶ RETURNED
     *     │                                                         │
     *     └──it has gone on──▶ OVER ◀──the task is unmounted────────┘
     *
     * A thread that runs tasks looks here after each of them, behind its write of `mounted`; a task looks here when its
     * wait has ended. Neither pays for a fence. So the thread that takes the token makes them: it adds the entry, and then
     * asks the pinned task for its stack, which the JVM does in a handshake with the thread that carries the task. What that
     * thread wrote before is visible from then on, and what it reads afterwards sees the entry. A second handshake behind
     * the write of `holder` tells that the task still waits at the same place, so that it is not in the middle of a step
     * which only the holder may take.
     *
     * A task that waits in the library looks here before it goes on. One that waits for something foreign goes on beside the
     * others, and looks here at its next suspension point.
     */

    private enum State {
        ASKED,
        TAKEN,
        RETURNED,
        OVER
    }

    private static final class Entry {
        private final Task task;
        private final TaskRunner runner; // which the task is pinned to
        private volatile State state = State.ASKED; // written by the thread that takes, the holder, and the runner
        private volatile boolean wanted; // set by the task when it could go on

        Entry(Task task, TaskRunner runner) {
            this.task = task;
            this.runner = runner;
        }
    }

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
     * Takes the token from {@code from}, if {@code task} still waits there, and gives it to {@code to}. Called by the
     * thread of {@code to}.
     *
     * @param shown whether the JVM shows that the task waits; otherwise it must be outside of the library
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
            LockSupport.unpark(task.thread()); // it may have asked already
        }
        return taken;
    }

    private boolean takeFromWaiting(TaskRunner from, Task task, TaskRunner to, boolean shown) {
        StackTraceElement[] before = task.thread().getStackTrace();
        if (loop.holder != from || from.mounted != task || !waits(from, before, shown)) {
            return false;
        }
        loop.holder = to;
        boolean waits = false;
        try {
            StackTraceElement[] after = task.thread().getStackTrace();
            waits = from.mounted == task && waits(from, after, shown) && Arrays.equals(before, after);
        } finally {
            if (!waits) {
                loop.holder = from;
            }
        }
        return waits;
    }

    private static boolean waits(TaskRunner runner, StackTraceElement[] where, boolean shown) {
        return shown ? Watchdog.isWaiting(runner.thread) : StallReports.isOutsideOfLibrary(where);
    }

    /**
     * Hands the token of {@code from}, whose task does not suspend, to a pinned task that has waited for it: the one
     * may wait for a class that the other initializes. Does nothing unless the task that runs is in code that is not
     * the library's and stays there. Called by the watchdog.
     *
     * @return whether it was handed over
     */
    boolean handOver(TaskRunner from, Task task) {
        Entry next = firstWanted();
        if (next == null) {
            return false;
        }
        var entry = new Entry(task, from);
        add(entry);
        boolean taken = false;
        try {
            StackTraceElement[] before = task.thread().getStackTrace();
            if (loop.holder == from && from.mounted == task && StallReports.isOutsideOfLibrary(before)) {
                loop.holder = next.runner;
                taken = Arrays.equals(before, task.thread().getStackTrace()) && from.mounted == task;
                if (!taken) {
                    loop.holder = from;
                }
            }
        } finally {
            entry.state = taken ? State.TAKEN : State.OVER;
            if (taken) {
                next.state = State.RETURNED;
                remove(next);
                LockSupport.unpark(next.task.thread());
            } else {
                remove(entry);
            }
        }
        return taken;
    }

    /** Whether the current task may go on, or must wait until the token is handed back to it. */
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
        if (entry.state == State.TAKEN) {
            Object holder = loop.holder;
            if (holder == null && LoopCarrier.HOLDER.compareAndSet(loop, null, entry.runner)) {
                entry.state = State.RETURNED;
                remove(entry);
            } else if (holder instanceof TaskRunner runner) {
                LockSupport.unpark(runner.thread); // it may have nothing to do
            }
        }
        State state = entry.state;
        return state == State.RETURNED || state == State.OVER;
    }

    /** The JDK hands in the continuation of a task, which therefore is unmounted. */
    void unmounted(Task task) {
        for (Entry entry : entries) {
            if (entry.task == task && entry.state == State.TAKEN) {
                entry.state = State.OVER;
                remove(entry);
            }
        }
    }

    /**
     * Whether a thread that has just run a task may run another one: false when the token was taken from it, or is now
     * handed back to a task that wants to go on.
     */
    boolean keepsToken(TaskRunner me) {
        for (Entry entry : entries) {
            if (entry.runner == me) {
                while (entry.state == State.ASKED) {
                    Thread.onSpinWait();
                }
                if (entry.state == State.TAKEN) {
                    entry.state = State.OVER; // its task has ended or was unmounted
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
        Entry next = firstWanted();
        if (next == null) {
            return true;
        }
        loop.holder = next.runner;
        next.state = State.RETURNED;
        remove(next);
        LockSupport.unpark(next.task.thread());
        return false;
    }

    /** The token is free: a task that waits for it may take it. */
    void tokenIsFree() {
        Entry next = firstWanted();
        if (next != null) {
            LockSupport.unpark(next.task.thread());
        }
    }

    /** Whether a pinned task could go on if it had the token. */
    boolean isTokenWanted() {
        return firstWanted() != null;
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
