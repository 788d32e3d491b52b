package io.anyio.testsuite.stress;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.WouldBlockException;
import io.anyio.resource.BrokenResourceException;
import io.anyio.stream.EndOfStreamException;
import io.anyio.stream.MemoryObjectStream;
import io.anyio.stream.MemoryReceiveStream;
import io.anyio.stream.MemorySendStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Stress tests of memory object streams used by tasks of several loops and by threads that are not tasks. */
class MemoryStreamStressTest extends Stress {
    /** The first tasks send, the others receive; half of each wait patiently. */
    private static final int SENDERS = StressHarness.TASKS / 2;

    /** An item of a sender, numbered in order. */
    private record Item(String sender, int number) {}

    @Override
    Stream<Property> properties() {
        return Stream.concat(
                Stream.of(0, 1, 3, MemoryObjectStream.UNLIMITED)
                        .map(size -> new Property(
                                "nothing is lost or doubled, and each sender's order is kept, with a buffer of " + size,
                                steps -> new Exchange(size).run(steps))),
                Stream.of(new Property(
                        "what was sent before the last receiver went away was received",
                        MemoryStreamStressTest::close)));
    }

    /** Many senders and receivers on one stream, each with its own end, until the senders are done. */
    private static final class Exchange {
        private final MemoryObjectStream<Item> ends;
        private final Queue<Item> sent = new ConcurrentLinkedQueue<>();
        private final Queue<List<Item>> received = new ConcurrentLinkedQueue<>();
        private final StressHarness harness = new StressHarness();

        Exchange(int size) {
            ends = MemoryObjectStream.create(size);
        }

        void run(int steps) throws Exception {
            var sends = Stream.generate(ends.sender()::copy).limit(SENDERS + 1).toList();
            var receives =
                    Stream.generate(ends.receiver()::copy).limit(SENDERS + 1).toList();
            ends.sender().close();
            ends.receiver().close();
            harness.run(
                    task -> {
                        if (task < SENDERS) {
                            send(sends.get(task), task, steps);
                        } else {
                            receive(receives.get(task - SENDERS), task);
                        }
                    },
                    thread -> {
                        if (thread == 0) {
                            sendNow(sends.getLast(), steps);
                        } else {
                            receiveNow(receives.getLast());
                        }
                    });
            check();
        }

        private void send(MemorySendStream<Item> first, int task, int steps) {
            var own = first;
            for (int i = 0; i < steps; i++) {
                var stream = own;
                var item = new Item("task " + task, i);
                untilDone(task, () -> {
                    stream.send(item);
                    return sent.add(item);
                });
                if (now(8)) {
                    own = stream.copy();
                    stream.close();
                }
            }
            own.close();
        }

        private void receive(MemoryReceiveStream<Item> first, int task) {
            List<Item> mine = new ArrayList<>();
            received.add(mine);
            var own = first;
            boolean[] ended = {false};
            while (!ended[0]) {
                var stream = own;
                untilDone(task, () -> {
                    try {
                        mine.add(stream.receive());
                    } catch (EndOfStreamException end) {
                        ended[0] = true;
                    }
                    return true;
                });
                if (now(8)) {
                    own = stream.copy();
                    stream.close();
                }
            }
            own.close();
        }

        private void sendNow(MemorySendStream<Item> own, int steps) {
            for (int i = 0; i < steps; i++) {
                var item = new Item("thread", i);
                harness.until(() -> {
                    try {
                        own.sendNow(item);
                        return sent.add(item);
                    } catch (WouldBlockException full) {
                        return false;
                    }
                });
            }
            own.close();
        }

        private void receiveNow(MemoryReceiveStream<Item> own) {
            List<Item> mine = new ArrayList<>();
            received.add(mine);
            harness.until(() -> {
                try {
                    mine.add(own.receiveNow());
                } catch (WouldBlockException empty) {
                    return false;
                } catch (EndOfStreamException end) {
                    return true;
                }
                return false;
            });
            own.close();
        }

        private void check() {
            for (List<Item> mine : received) {
                Map<String, Integer> newest = new HashMap<>();
                for (Item item : mine) {
                    Integer before = newest.put(item.sender(), item.number());
                    assertThat(before == null || before < item.number())
                            .as("order of %s", item)
                            .isTrue();
                }
            }
            assertThat(received.stream().flatMap(List::stream)).hasSameSizeAs(sent);
            assertThat(received.stream().flatMap(List::stream).distinct().count())
                    .isEqualTo(sent.size());
            var statistics = ends.sender().statistics();
            assertThat(statistics.currentBufferUsed()).isZero();
            assertThat(statistics.openSendStreams()).isZero();
            assertThat(statistics.openReceiveStreams()).isZero();
            assertThat(statistics.tasksWaitingSend()).isZero();
            assertThat(statistics.tasksWaitingReceive()).isZero();
        }
    }

    /** A rendezvous per step: each receiver takes a few items and leaves; the senders continue until none is left. */
    private static void close(int steps) throws Exception {
        List<Meeting> meetings = Stream.generate(Meeting::new).limit(steps).toList();
        new StressHarness()
                .run(
                        task -> {
                            for (var meeting : meetings) {
                                if (task < SENDERS) {
                                    meeting.send(task);
                                } else {
                                    meeting.receive(task);
                                }
                            }
                        },
                        _ -> {
                            for (var meeting : meetings) {
                                meeting.sendNow();
                            }
                        });
        for (var meeting : meetings) {
            assertThat(meeting.received).containsExactlyInAnyOrderElementsOf(meeting.sent);
            assertThat(meeting.ends.sender().statistics().tasksWaitingSend()).isZero();
        }
    }

    private static final class Meeting {
        private final MemoryObjectStream<Item> ends = MemoryObjectStream.rendezvous();
        private final List<MemoryReceiveStream<Item>> receives =
                Stream.generate(ends.receiver()::copy).limit(SENDERS).toList();
        private final Queue<Item> sent = new ConcurrentLinkedQueue<>();
        private final Queue<Item> received = new ConcurrentLinkedQueue<>();

        Meeting() {
            ends.receiver().close();
        }

        void send(int task) {
            try {
                for (int i = 0; ; i++) {
                    var item = new Item("task " + task, i);
                    untilDone(task, () -> {
                        ends.sender().send(item);
                        return sent.add(item);
                    });
                }
            } catch (BrokenResourceException noReceiverLeft) {
                // the expected end
            }
        }

        void sendNow() {
            var item = new Item(Thread.currentThread().getName(), 0);
            try {
                ends.sender().sendNow(item);
                sent.add(item);
            } catch (WouldBlockException | BrokenResourceException noReceiver) {
                // no receiver waits at the moment, or none is left
            }
        }

        void receive(int task) {
            try (var own = receives.get(task - SENDERS)) {
                IntStream.range(0, 2).forEach(_ -> untilDone(task, () -> received.add(own.receive())));
            }
        }
    }
}
