package io.anyio.testsuite.stress;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.select.Select;
import io.anyio.stream.MemoryObjectStream;
import io.anyio.sync.Event;
import io.anyio.sync.Semaphore;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Stress tests of selects by tasks of several loops, on items and slots that threads supply at the same time. */
class SelectStressTest extends Stress {
    private static final int SLOT = -1;
    private static final int NEVER = -2;

    @Override
    Stream<Property> properties() {
        return Stream.of(new Property("a select takes one thing, and leaves the others", SelectStressTest::takeOne));
    }

    /** Items from one thread, slots from the other; together as many as the tasks request. */
    private static void takeOne(int steps) throws Exception {
        int each = steps * StressHarness.TASKS / StressHarness.THREADS;
        var items = MemoryObjectStream.<Integer>unlimited();
        var slots = Semaphore.create(0);
        var never = Event.create();
        Queue<Integer> received = new ConcurrentLinkedQueue<>();
        var slotsTaken = new AtomicInteger();
        new StressHarness()
                .run(
                        task -> {
                            for (int i = 0; i < steps; i++) {
                                untilDone(task, () -> {
                                    int taken = Select.fair(
                                            items.receiver().onReceive(),
                                            slots.onAcquire().then(_ -> SLOT),
                                            never.onSet().then(_ -> NEVER));
                                    return taken == SLOT ? slotsTaken.incrementAndGet() > 0 : received.add(taken);
                                });
                            }
                        },
                        thread -> {
                            for (int i = 0; i < each; i++) {
                                if (thread == 0) {
                                    items.sender().sendNow(i);
                                } else {
                                    slots.release();
                                }
                            }
                        });
        assertThat(slotsTaken).hasValue(each);
        assertThat(slots.value()).isZero();
        assertThat(slots.statistics().tasksWaiting()).isZero();
        assertThat(never.statistics().tasksWaiting()).isZero();
        assertThat(received).hasSize(each);
        assertThat(received.stream().collect(Collectors.toSet()))
                .isEqualTo(IntStream.range(0, each).boxed().collect(Collectors.toSet()));
        assertThat(items.receiver().statistics().tasksWaitingReceive()).isZero();
        assertThat(items.receiver().statistics().currentBufferUsed()).isZero();
        items.sender().close();
        items.receiver().close();
    }
}
