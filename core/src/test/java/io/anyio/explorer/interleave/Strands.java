package io.anyio.explorer.interleave;

import io.anyio.spi.Carrier;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The threads of one {@link Interleaving}. Used by the one that has the turn. */
final class Strands {
    private static final String MACHINE = "io.anyio.explorer.interleave.";

    private final Carrier carrier;
    private final List<Strand> all = new ArrayList<>();
    private final Map<Thread, Strand> byThread = new HashMap<>();
    private final List<Thread> carried = new ArrayList<>(); // tasks of the loop carrier, which are no strands

    Strands(Carrier carrier) {
        this.carrier = carrier;
    }

    /** A new one, not started. */
    Strand create(Interleaving in, String name, Runnable code) {
        int index = all.size();
        Strand made = carrier == Carrier.PORTABLE
                ? new Fiber(in, name, index, code)
                : new PlatformStrand(in, name, index, code);
        all.add(made);
        byThread.put(made.thread(), made);
        return made;
    }

    /** A thread that runs on others. */
    void addCarried(Thread thread) {
        carried.add(thread);
    }

    /** The strand of a thread, or null for a task on the loop carrier. */
    @Nullable
    Strand of(Thread thread) {
        return byThread.get(thread);
    }

    Strand at(int index) {
        return all.get(index);
    }

    int size() {
        return all.size();
    }

    /** Who can go on: those who are runnable, and the first whose time would come. */
    List<Strand> candidates() {
        List<Strand> candidates = new ArrayList<>(all.size());
        Strand first = null;
        for (Strand strand : all) {
            if (strand.state == Strand.State.RUNNABLE) {
                candidates.add(strand);
            } else if (strand.wakeAt != Interleaving.NEVER && (first == null || strand.wakeAt < first.wakeAt)) {
                first = strand;
            }
        }
        if (first != null) {
            candidates.add(first);
        }
        return candidates;
    }

    /** Where everybody is who waits; empty when nobody does. */
    String describeParked() {
        var text = new StringBuilder();
        for (Strand strand : all) {
            if (strand.state == Strand.State.PARKED) {
                describe(strand.name(), strand.thread(), text);
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
