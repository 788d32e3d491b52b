package io.anyio.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The heap of deadlines: earliest first, equal ones in the order of adding, and every change is seen. */
class TimerHeapTest {
    private final TimerHeap deadlines = new TimerHeap();
    private final List<String> fired = new ArrayList<>();

    private final class Named extends TimerHeap.Timer {
        private final String name;

        Named(String name) {
            this.name = name;
        }

        @Override
        boolean decide(long now) {
            return true;
        }

        @Override
        void fire() {
            fired.add(name);
        }
    }

    private void fireUntil(long now) {
        for (var due = deadlines.pollDue(now); due != null; due = deadlines.pollDue(now)) {
            due.fire();
        }
    }

    @Test
    void firesTheEarliestFirstAndEqualOnesInOrder() {
        deadlines.add(new Named("c"), 30);
        deadlines.add(new Named("a"), 10);
        deadlines.add(new Named("b1"), 20);
        deadlines.add(new Named("b2"), 20);

        fireUntil(20);

        assertThat(fired).containsExactly("a", "b1", "b2");
        assertThat(deadlines.earliest()).isEqualTo(30);
    }

    @Test
    void saysWhenTheEarliestComesNearer() {
        var timer = new Named("x");
        assertThat(deadlines.add(timer, 100)).isTrue();
        assertThat(deadlines.add(new Named("later"), 200)).isFalse();
        assertThat(deadlines.add(new Named("earlier"), 50)).isTrue();
        assertThat(deadlines.add(timer, 10)).as("moved").isTrue();
        assertThat(deadlines.earliest()).isEqualTo(10);
    }

    @Test
    void removingTwiceOrAfterFiringDoesNoHarm() {
        var timer = new Named("x");
        deadlines.add(timer, 1);
        deadlines.remove(timer);
        deadlines.remove(timer);
        assertThat(deadlines.earliest()).isEqualTo(Long.MAX_VALUE);
        deadlines.add(timer, 1);
        fireUntil(1);
        deadlines.remove(timer);
        assertThat(fired).containsExactly("x");
    }

    @Test
    void behavesLikeASortedListUnderRandomChanges() {
        record Entry(Named timer, long time, long order) {}
        for (int seed = 0; seed < 300; seed++) {
            var random = new SplittableRandom(seed);
            var model = new ArrayList<Entry>();
            List<Named> timers = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                timers.add(new Named("t" + i));
            }
            long order = 0;
            for (int step = 0; step < 400; step++) {
                Named timer = timers.get(random.nextInt(timers.size()));
                switch (random.nextInt(4)) {
                    case 0, 1 -> {
                        long time = random.nextInt(50);
                        model.removeIf(entry -> entry.timer == timer);
                        model.add(new Entry(timer, time, order++));
                        deadlines.add(timer, time);
                    }
                    case 2 -> {
                        model.removeIf(entry -> entry.timer == timer);
                        deadlines.remove(timer);
                    }
                    default -> {
                        long now = random.nextInt(20);
                        fired.clear();
                        fireUntil(now);
                        List<Entry> due = model.stream()
                                .filter(entry -> entry.time <= now)
                                .sorted(Comparator.comparingLong(Entry::time).thenComparingLong(Entry::order))
                                .toList();
                        assertThat(fired)
                                .as("seed %d, step %d", seed, step)
                                .containsExactlyElementsOf(due.stream()
                                        .map(entry -> entry.timer.name)
                                        .toList());
                        model.removeAll(due);
                    }
                }
                assertThat(deadlines.earliest())
                        .isEqualTo(model.stream().mapToLong(Entry::time).min().orElse(Long.MAX_VALUE));
            }
            timers.forEach(deadlines::remove);
        }
    }
}
