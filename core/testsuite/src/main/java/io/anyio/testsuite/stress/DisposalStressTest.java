package io.anyio.testsuite.stress;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.Timeouts;
import io.anyio.WouldBlockException;
import io.anyio.resource.BrokenResourceException;
import io.anyio.resource.ClosedResourceException;
import io.anyio.select.Select;
import io.anyio.stream.MemoryObjectStream;
import io.anyio.stream.MemoryReceiveStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Stress tests of the owners of items while the receivers of a stream leave. */
class DisposalStressTest extends Stress {
    /** The first tasks send, the others receive. */
    private static final int SENDERS = StressHarness.TASKS / 2;

    @Override
    Stream<Property> properties() {
        return Stream.of(0, 1, 3, MemoryObjectStream.UNLIMITED)
                .map(size -> new Property(
                        "each item is received, disposed of or kept by its sender, with a buffer of " + size,
                        steps -> leave(size, steps)));
    }

    private static void leave(int size, int steps) throws Exception {
        List<Meeting> meetings =
                Stream.generate(() -> new Meeting(size)).limit(steps).toList();
        new StressHarness()
                .run(
                        task -> {
                            for (var meeting : meetings) {
                                if (task < SENDERS) {
                                    meeting.send(task);
                                } else {
                                    meeting.receive(task - SENDERS);
                                }
                            }
                        },
                        thread -> {
                            for (var meeting : meetings) {
                                meeting.useFromOutside(thread);
                            }
                        });
        meetings.forEach(Meeting::check);
    }

    /** Senders that send until all receivers have left, each after a few items. */
    private static final class Meeting {
        private final Queue<Integer> received = new ConcurrentLinkedQueue<>();
        private final Queue<Integer> disposed = new ConcurrentLinkedQueue<>();
        private final Queue<Integer> kept = new ConcurrentLinkedQueue<>();
        private final AtomicInteger made = new AtomicInteger();
        private final MemoryObjectStream<Integer> ends;
        private final List<MemoryReceiveStream<Integer>> receives;

        Meeting(int size) {
            ends = MemoryObjectStream.create(size, disposed::add);
            receives = Stream.generate(ends.receiver()::copy).limit(SENDERS).toList();
            ends.receiver().close();
        }

        private static Duration patience() {
            return Duration.ofNanos(ThreadLocalRandom.current().nextInt(100_000));
        }

        void send(int task) {
            boolean open = true;
            for (int i = 0; open && i < 20; i++) { // an unlimited buffer takes everything
                int item = made.getAndIncrement();
                boolean[] sent = {false};
                try {
                    Timeouts.moveOnAfter(patience(), () -> {
                        if (task % 2 == 0) {
                            ends.sender().send(item);
                        } else {
                            Select.first(ends.sender().onSend(item));
                        }
                        sent[0] = true;
                    });
                } catch (BrokenResourceException noReceiverLeft) {
                    open = false;
                } finally {
                    if (!sent[0]) {
                        kept.add(item);
                    }
                }
            }
        }

        void receive(int number) {
            try (var own = receives.get(number)) {
                for (int i = 0; i < 3; i++) {
                    Timeouts.moveOnAfter(patience(), () -> {
                        received.add(number % 2 == 0 ? own.receive() : Select.first(own.onReceive()));
                    });
                }
            } catch (ClosedResourceException byThread) {
                // as intended
            }
        }

        void useFromOutside(int thread) {
            int item = made.getAndIncrement();
            try {
                ends.sender().sendNow(item);
            } catch (WouldBlockException | BrokenResourceException notSent) {
                kept.add(item);
            }
            if (thread == 0 && now(4)) {
                receives.forEach(MemoryReceiveStream::close);
            }
        }

        void check() {
            List<Integer> found = new ArrayList<>(received);
            found.addAll(disposed);
            found.addAll(kept);
            assertThat(found)
                    .as("received %s, disposed of %s, kept %s", received, disposed, kept)
                    .containsExactlyInAnyOrderElementsOf(
                            IntStream.range(0, made.get()).boxed().toList());
        }
    }
}
