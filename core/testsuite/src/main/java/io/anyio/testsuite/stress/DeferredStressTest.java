package io.anyio.testsuite.stress;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.sync.Deferred;
import io.anyio.sync.DeferredAlreadyFinishedException;
import io.anyio.sync.DeferredCancelledException;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Stress tests of deferreds that tasks of several loops and threads complete at the same time. */
class DeferredStressTest extends Stress {
    private static final String CANCELLED = "cancelled";

    @Override
    Stream<Property> properties() {
        return Stream.of(
                new Property("one gives the value, and every waiter gets that one", steps -> give(steps, false)),
                new Property("a cancellation and a value exclude each other", steps -> give(steps, true)));
    }

    /** One deferred: the outcomes of the calls that completed it, and the outcomes that waiters got. */
    private record Round(
            Deferred<String> deferred, AtomicInteger arrived, Collection<String> given, Queue<String> received) {
        Round() {
            this(Deferred.create(), new AtomicInteger(), new ConcurrentLinkedQueue<>(), new ConcurrentLinkedQueue<>());
        }

        void give(String value) {
            try {
                deferred.complete(value);
                given.add(value);
            } catch (DeferredAlreadyFinishedException | DeferredCancelledException late) {
                // another completion was first
            }
        }

        boolean receive() {
            try {
                received.add(deferred.join());
            } catch (DeferredCancelledException none) {
                received.add(CANCELLED);
            }
            return true;
        }

        void check() {
            assertThat(received).hasSize(StressHarness.TASKS).containsOnly(received.element());
            if (deferred.status() == Deferred.Status.CANCELLED) {
                assertThat(given).isEmpty();
                assertThat(received).contains(CANCELLED);
            } else {
                assertThat(given).containsExactly(deferred.returnValue());
                assertThat(received).contains(deferred.returnValue());
            }
        }
    }

    private static void give(int steps, boolean cancelling) throws Exception {
        List<Round> rounds = Stream.generate(Round::new).limit(steps).toList();
        var harness = new StressHarness();
        harness.run(
                task -> {
                    for (Round round : rounds) {
                        if (round.arrived().incrementAndGet() == StressHarness.TASKS - task) {
                            round.give("task " + task);
                        }
                        untilDone(task, round::receive);
                    }
                },
                thread -> {
                    for (Round round : rounds) {
                        harness.until(() -> round.arrived().get() > thread);
                        if (cancelling && thread == 0) {
                            round.deferred().cancel();
                        } else {
                            round.give("thread " + thread);
                        }
                    }
                });
        rounds.forEach(Round::check);
    }
}
