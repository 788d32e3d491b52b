package io.anyio.testsuite.stress;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.sync.Condition;
import io.anyio.sync.Lock;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.stream.Stream;

/** Stress tests of two conditions under one lock, used by tasks of several loops. */
class ConditionStressTest extends Stress {
    private static final int ROOM = 3;

    /** An item of a producer, numbered in order. */
    private record Item(int producer, int number) {}

    @Override
    Stream<Property> properties() {
        return Stream.of(
                new Property("a bounded buffer loses neither items nor signals", steps -> new Buffer().run(steps)));
    }

    /** A buffer; all its state is guarded by the lock. */
    private static final class Buffer {
        private final Lock lock = Lock.create();
        private final Condition notEmpty = Condition.create(lock);
        private final Condition notFull = Condition.create(lock);
        private final Deque<Item> items = new ArrayDeque<>();
        private final int[] newest = new int[StressHarness.TASKS];
        private int taken;

        void run(int steps) throws Exception {
            Arrays.fill(newest, -1);
            new StressHarness()
                    .run(
                            task -> {
                                boolean producer = task < StressHarness.TASKS / 2;
                                for (int i = 0; i < steps; i++) {
                                    var item = new Item(task, i);
                                    untilDone(task, () -> producer ? put(item) : take());
                                }
                            },
                            _ -> {
                                for (int i = 0; i < steps; i++) {
                                    assertThat(notEmpty.statistics().tasksWaiting())
                                            .isBetween(0, StressHarness.TASKS / 2);
                                }
                            });
            assertThat(taken).isEqualTo(steps * StressHarness.TASKS / 2);
            assertThat(items).isEmpty();
            assertThat(notEmpty.statistics().tasksWaiting()).isZero();
            assertThat(notFull.statistics().tasksWaiting()).isZero();
            assertThat(lock.isLocked()).isFalse();
        }

        private boolean put(Item item) {
            return lock.call(() -> {
                notFull.awaitFor(() -> items.size() < ROOM);
                items.add(item);
                notEmpty.signal();
                return true;
            });
        }

        private boolean take() {
            return lock.call(() -> {
                Item item = notEmpty.awaitFor(items::poll);
                assertThat(item.number()).isEqualTo(newest[item.producer()] + 1);
                newest[item.producer()] = item.number();
                taken++;
                notFull.signal();
                return true;
            });
        }
    }
}
