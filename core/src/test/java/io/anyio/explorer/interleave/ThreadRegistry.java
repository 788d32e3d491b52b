package io.anyio.explorer.interleave;

import io.anyio.spi.Carrier;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The threads of one {@link Interleaving}. Used by the current thread only. */
final class ThreadRegistry {
    private static final String MACHINE = "io.anyio.explorer.interleave.";

    private final Carrier carrier;
    private final List<ControlledThread> all = new ArrayList<>();
    private final Map<Thread, ControlledThread> byThread = new HashMap<>();
    private final List<Thread> carried = new ArrayList<>(); // tasks of the loop carrier, which are not controlled

    ThreadRegistry(Carrier carrier) {
        this.carrier = carrier;
    }

    /** Creates a thread without starting it. */
    ControlledThread create(Interleaving in, String name, Runnable code) {
        int index = all.size();
        ControlledThread made = carrier == Carrier.PORTABLE
                ? new VirtualControlledThread(in, name, index, code)
                : new PlatformControlledThread(in, name, index, code);
        all.add(made);
        byThread.put(made.javaThread(), made);
        return made;
    }

    /** Adds a task of the loop carrier, which runs on a controlled thread. */
    void addCarried(Thread thread) {
        carried.add(thread);
    }

    /** Returns the controlled thread of a thread, or null for a task on the loop carrier. */
    @Nullable
    ControlledThread of(Thread thread) {
        return byThread.get(thread);
    }

    ControlledThread at(int index) {
        return all.get(index);
    }

    int size() {
        return all.size();
    }

    /** Returns the threads that can continue: those that are runnable, and the first of those that wait for a time. */
    List<ControlledThread> candidates() {
        List<ControlledThread> candidates = new ArrayList<>(all.size());
        ControlledThread first = null;
        for (ControlledThread thread : all) {
            if (thread.state == ControlledThread.State.RUNNABLE) {
                candidates.add(thread);
            } else if (thread.wakeAt != Interleaving.NEVER && (first == null || thread.wakeAt < first.wakeAt)) {
                first = thread;
            }
        }
        if (first != null) {
            candidates.add(first);
        }
        return candidates;
    }

    /** Describes where threads are parked; empty if none is. */
    String describeParked() {
        var text = new StringBuilder();
        for (ControlledThread thread : all) {
            if (thread.state == ControlledThread.State.PARKED) {
                describe(thread.name(), thread.javaThread(), text);
            }
        }
        for (Thread task : carried) {
            if (text.length() > 0 && task.isAlive()) {
                describe(task.getName(), task, text);
            }
        }
        return text.toString();
    }

    private static void describe(String name, Thread thread, StringBuilder text) {
        text.append("\n  ").append(name).append(" is parked");
        for (StackTraceElement frame : thread.getStackTrace()) {
            String type = frame.getClassName();
            if (type.startsWith("io.anyio.") && (!type.startsWith(MACHINE) || type.startsWith(MACHINE + "program."))) {
                text.append("\n      at ").append(frame);
            }
        }
    }
}
