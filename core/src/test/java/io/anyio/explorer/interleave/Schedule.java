package io.anyio.explorer.interleave;

import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The choice of the thread that continues at each scheduling point: a pure function of the seed and of the execution so
 * far.
 */
interface Schedule {

    /** Returns whether another thread may continue at this point of {@code current}, which could continue. */
    boolean switches(ControlledThread current, int site);

    /** Picks one of the threads that can continue; {@code current} is among them, unless it waits. */
    ControlledThread pick(ControlledThread current, List<ControlledThread> candidates);

    /** A new thread. */
    default void begins(ControlledThread thread) {}

    /** {@code current} spins until another thread has done something. */
    default void spins(ControlledThread current) {}

    /**
     * The schedule of a seed, for a program of about {@code length} points. Four kinds in turn: rare orders need now
     * many switches, now few, now a thread that is held back for long, now all threads to meet at one place.
     */
    static Schedule of(long seed, int length) {
        var random = new SplittableRandom(seed);
        return switch ((int) Math.floorMod(seed, 4L)) {
            case 0 -> new RandomWalk(random, 2 + random.nextInt(6));
            case 1 -> new FewSwitches(random, length, 1 + random.nextInt(3));
            case 2 -> new Priorities(random, length, 1 + random.nextInt(4));
            default -> new SomePlaces(random.nextInt(), 2 << random.nextInt(4), random);
        };
    }

    /** No thread is preempted: each runs until it waits. */
    static Schedule calm() {
        return new FewSwitches(new SplittableRandom(0), 1, 0);
    }

    /** Switches at one point in {@code every}. */
    record RandomWalk(SplittableRandom random, int every) implements Schedule {
        @Override
        public boolean switches(ControlledThread current, int site) {
            return random.nextInt(every) == 0;
        }

        @Override
        public ControlledThread pick(ControlledThread current, List<ControlledThread> candidates) {
            return candidates.get(random.nextInt(candidates.size()));
        }
    }

    /** Switches wherever a few places of the code are passed, one in {@code every} of all, and nowhere else. */
    record SomePlaces(int salt, int every, SplittableRandom random) implements Schedule {
        @Override
        public boolean switches(ControlledThread current, int site) {
            int mixed = (SchedulingPoints.text(site).hashCode() ^ salt)
                    * 0x9E3779B9; // of the text, because the number is accidental
            return Integer.remainderUnsigned(mixed ^ mixed >>> 15, every) == 0;
        }

        @Override
        public ControlledThread pick(ControlledThread current, List<ControlledThread> candidates) {
            return candidates.get(random.nextInt(candidates.size()));
        }
    }

    /**
     * Preempts at a few points only, spread over the whole program; elsewhere the current thread runs until it waits.
     */
    final class FewSwitches implements Schedule {
        private final SplittableRandom random;
        private final BitSet points = new BitSet();
        private int passed;

        FewSwitches(SplittableRandom random, int length, int switches) {
            this.random = random;
            for (int i = 0; i < switches; i++) {
                points.set(random.nextInt(length));
            }
        }

        @Override
        public boolean switches(ControlledThread current, int site) {
            return points.get(passed++);
        }

        @Override
        public ControlledThread pick(ControlledThread current, List<ControlledThread> candidates) {
            int at = random.nextInt(candidates.size());
            return candidates.get(at) == current ? candidates.get((at + 1) % candidates.size()) : candidates.get(at);
        }
    }

    /**
     * Probabilistic concurrency testing (Burckhardt and others, 2010): the thread with the highest random priority
     * runs; at a few random points, the current one gets the lowest priority. Finds with known probability what needs
     * so many orderings.
     */
    final class Priorities implements Schedule {
        private final SplittableRandom random;
        private final BitSet changes = new BitSet();
        private int passed;
        private long lowest;

        Priorities(SplittableRandom random, int length, int changes) {
            this.random = random;
            for (int i = 0; i < changes; i++) {
                this.changes.set(random.nextInt(length));
            }
        }

        @Override
        public void begins(ControlledThread thread) {
            thread.priority = random.nextInt(1, 1_000_000);
        }

        @Override
        public void spins(ControlledThread current) {
            current.priority = --lowest;
        }

        @Override
        public boolean switches(ControlledThread current, int site) {
            if (changes.get(passed++)) {
                current.priority = --lowest;
            }
            return true;
        }

        @Override
        public ControlledThread pick(ControlledThread current, List<ControlledThread> candidates) {
            ControlledThread best = candidates.getFirst();
            for (ControlledThread candidate : candidates) {
                if (candidate.priority > best.priority) {
                    best = candidate;
                }
            }
            return best;
        }
    }
}
