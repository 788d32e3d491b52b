package io.anyio.explorer.interleave;

import java.util.Arrays;

/** The scheduling points that were passed, in order, and by which thread. */
final class Trace {
    private static final int SHOWN = 600;
    private static final int SITE_BITS = 20;

    private int[] steps = new int[256];
    private int size;

    void add(ControlledThread thread, int site) {
        if (size == steps.length) {
            steps = Arrays.copyOf(steps, 2 * size);
        }
        steps[size++] = thread.index << SITE_BITS | site;
    }

    int size() {
        return size;
    }

    /** A line for each of the last points, with the thread's name where another one goes on. */
    String text(Interleaving of) {
        var text = new StringBuilder();
        int from = Math.max(0, size - SHOWN);
        if (from > 0) {
            text.append("  ... ").append(from).append(" points before\n");
        }
        int last = -1;
        for (int i = from; i < size; i++) {
            int thread = steps[i] >>> SITE_BITS;
            String who = thread == last ? "" : shortened(of.nameOf(thread));
            text.append("  %-24s %s%n".formatted(who, SchedulingPoints.text(steps[i] & (1 << SITE_BITS) - 1)));
            last = thread;
        }
        return text.toString();
    }

    /** A task without a name has that of its class. */
    private static String shortened(String name) {
        return name.startsWith("io.anyio.") ? name.substring(name.lastIndexOf('.') + 1) : name;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Trace that && Arrays.equals(steps, 0, size, that.steps, 0, that.size);
    }

    @Override
    public int hashCode() {
        int hash = 1;
        for (int i = 0; i < size; i++) {
            hash = 31 * hash + steps[i];
        }
        return hash;
    }
}
