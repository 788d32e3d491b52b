package io.anyio.testsuite.stress;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.select.Select;
import io.anyio.sync.Event;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Stress tests of events that threads set while tasks of several loops start to wait for them. */
class EventStressTest extends Stress {
    @Override
    Stream<Property> properties() {
        return Stream.of(new Property("every task hears of every event", EventStressTest::hear));
    }

    private static void hear(int steps) throws Exception {
        List<Event> events = Stream.generate(Event::create).limit(steps).toList();
        List<AtomicInteger> arrivals =
                Stream.generate(AtomicInteger::new).limit(events.size()).toList();
        var harness = new StressHarness();
        harness.run(
                task -> {
                    for (int i = 0; i < events.size(); i++) {
                        var event = events.get(i);
                        arrivals.get(i).incrementAndGet();
                        untilDone(task, () -> {
                            await(event);
                            return event.isSet();
                        });
                    }
                },
                thread -> {
                    for (int i = thread; i < events.size(); i += StressHarness.THREADS) {
                        var arrived = arrivals.get(i);
                        int some = ThreadLocalRandom.current().nextInt(StressHarness.TASKS + 1);
                        harness.until(() -> arrived.get() >= some);
                        events.get(i).set();
                    }
                });
        assertThat(events)
                .allSatisfy(
                        event -> assertThat(event.statistics().tasksWaiting()).isZero());
    }

    private static void await(Event event) {
        if (now(2)) {
            event.await();
        } else {
            Select.first(event.onSet());
        }
    }
}
