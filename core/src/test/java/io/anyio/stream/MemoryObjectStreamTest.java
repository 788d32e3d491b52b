package io.anyio.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.TaskGroup;
import io.anyio.TaskOptions;
import io.anyio.Timeouts;
import io.anyio.WouldBlockException;
import io.anyio.resource.BrokenResourceException;
import io.anyio.sync.Event;
import io.anyio.testing.junit.SimulatedTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;

/** Senders, receivers and cancellations in many interleavings: nothing lost, nothing twice, order kept. */
class MemoryObjectStreamTest {
    private static final int SEEDS = 200;
    private static final int[] SIZES = {0, 0, 1, 3, MemoryObjectStream.UNLIMITED};

    private record Item(int producer, int number) {}

    private long round; // makes the random choices of a program differ between seeds

    @AfterEach
    void forget() {
        round = 0;
    }

    private SplittableRandom random() {
        return new SplittableRandom(round++);
    }

    private static TaskOptions anyLoop(String name) {
        return TaskOptions.DEFAULTS.withName(name).withSpread(true);
    }

    private static void idle(SplittableRandom random) {
        if (random.nextInt(3) == 0) {
            AnyIO.sleep(Duration.ofMillis(random.nextInt(3)));
        }
    }

    /** A random program of producers and consumers whose calls are cancelled at random, and what it did. */
    private static final class Program {
        private final SplittableRandom random;
        private final List<Item> sent = new ArrayList<>(); // one thread runs the whole simulation
        private final List<List<Item>> received = new ArrayList<>();
        private final List<CancelScope> running = new ArrayList<>();
        private int live;

        Program(SplittableRandom random) {
            this.random = random;
        }

        void run() {
            var ends = MemoryObjectStream.<Item>create(SIZES[random.nextInt(SIZES.length)]);
            try (var watcher = ends.receiver().copy()) {
                TaskGroup.run(group -> {
                    for (int i = 1 + random.nextInt(4); i > 0; i--) {
                        int producer = i;
                        var own = ends.sender().copy();
                        var choices = random.split();
                        live++;
                        group.startSoon(anyLoop("producer" + i), () -> produce(own, producer, choices));
                    }
                    for (int i = 1 + random.nextInt(4); i > 0; i--) {
                        List<Item> mine = new ArrayList<>();
                        received.add(mine);
                        var own = ends.receiver().copy();
                        var choices = random.split();
                        live++;
                        group.startSoon(anyLoop("consumer" + i), () -> consume(own, mine, choices));
                    }
                    ends.sender().close();
                    ends.receiver().close();
                    group.startSoon(anyLoop("canceller"), this::cancelSome);
                });
                assertThat(catchThrowable(watcher::receiveNow)).isInstanceOf(EndOfStreamException.class);
                assertThat(watcher.statistics())
                        .isEqualTo(new MemoryStreamStatistics(
                                0, watcher.statistics().maxBufferSize(), 0, 1, 0, 0));
            }
            check();
        }

        private void produce(MemorySendStream<Item> own, int producer, SplittableRandom choices) {
            try (own) {
                for (int i = 0; i < 12; i++) {
                    var item = new Item(producer, i);
                    if (choices.nextInt(4) == 0) {
                        try {
                            own.sendNow(item);
                            sent.add(item);
                        } catch (WouldBlockException full) {
                            idle(choices);
                        }
                    } else {
                        impatiently(choices, () -> {
                            own.send(item);
                            sent.add(item);
                        });
                    }
                    idle(choices);
                }
            }
            live--;
        }

        private void consume(MemoryReceiveStream<Item> own, List<Item> mine, SplittableRandom choices) {
            try (own) {
                while (true) {
                    if (choices.nextInt(4) == 0) {
                        try {
                            mine.add(own.receiveNow());
                        } catch (WouldBlockException empty) {
                            idle(choices);
                        }
                    } else {
                        impatiently(choices, () -> mine.add(own.receive()));
                    }
                    idle(choices);
                }
            } catch (EndOfStreamException end) {
                live--;
            }
        }

        private void impatiently(SplittableRandom choices, Runnable call) {
            var scope = CancelScope.create();
            running.add(scope);
            Timeouts.moveOnAfter(Duration.ofMillis(choices.nextInt(4)), () -> scope.run(call::run));
            running.remove(scope);
        }

        private void cancelSome() {
            while (live > 0) {
                if (!running.isEmpty() && random.nextBoolean()) {
                    running.get(random.nextInt(running.size())).cancel();
                }
                AnyIO.sleep(Duration.ofMillis(random.nextInt(2)));
            }
        }

        private void check() {
            List<Item> all = new ArrayList<>();
            for (List<Item> mine : received) {
                all.addAll(mine);
                for (int producer = 1; producer <= 4; producer++) {
                    int from = producer;
                    assertThat(mine.stream()
                                    .filter(item -> item.producer() == from)
                                    .map(Item::number))
                            .as("items of one producer at one consumer")
                            .isSorted();
                }
            }
            assertThat(all).as("received").containsExactlyInAnyOrderElementsOf(sent);
        }
    }

    @SimulatedTest(seeds = SEEDS)
    void whatWasSentIsReceivedOnceAndInOrderDespiteCancellations() {
        new Program(random()).run();
    }

    @SimulatedTest(seeds = SEEDS, loops = 2)
    void whatWasSentIsReceivedOnceAndInOrderOnTwoLoops() {
        new Program(random()).run();
    }

    @SimulatedTest(leakCheck = false, seeds = SEEDS, loops = 2)
    void whenReceiversLeaveEverySenderLearnsItAndNoItemIsCountedTwice() {
        var random = random();
        var ends = MemoryObjectStream.<Integer>create(random.nextInt(3));
        int[] sent = {0};
        int[] received = {0};
        int[] broken = {0};
        TaskGroup.run(group -> {
            for (int i = 0; i < 4; i++) {
                var own = ends.sender().copy();
                group.startSoon(anyLoop("sender"), () -> {
                    try (own) {
                        while (true) {
                            own.send(1);
                            sent[0]++;
                        }
                    } catch (BrokenResourceException left) {
                        broken[0]++;
                    }
                });
            }
            for (int i = 0; i < 2; i++) {
                var own = ends.receiver().copy();
                int wanted = random.nextInt(5);
                group.startSoon(anyLoop("receiver"), () -> {
                    try (own) {
                        for (int taken = 0; taken < wanted; taken++) {
                            own.receive();
                            received[0]++;
                        }
                    }
                });
            }
            ends.receiver().close();
        });
        assertThat(broken[0]).isEqualTo(4);
        var after = ends.sender().statistics();
        assertThat(sent[0]).isEqualTo(received[0] + after.currentBufferUsed());
        assertThat(after.tasksWaitingSend()).isZero();
    }

    @SimulatedTest(leakCheck = false, seeds = SEEDS, loops = 2)
    void whenTheLastSenderLeavesEveryLoopOverTheStreamEnds() {
        var random = random();
        var ends = MemoryObjectStream.<Integer>create(random.nextInt(3));
        int[] sum = {0};
        int[] ended = {0};
        TaskGroup.run(group -> {
            for (int i = 0; i < 4; i++) {
                group.startSoon(anyLoop("receiver"), () -> {
                    for (int item : ends.receiver()) {
                        sum[0] += item;
                    }
                    ended[0]++;
                });
            }
            for (int i = 0; i < 2; i++) {
                var own = ends.sender().copy();
                int pause = random.nextInt(3);
                group.startSoon(anyLoop("sender"), () -> {
                    try (own) {
                        own.send(1);
                        AnyIO.sleep(Duration.ofMillis(pause));
                        own.send(10);
                    }
                });
            }
            ends.sender().close();
        });
        assertThat(sum[0]).isEqualTo(22);
        assertThat(ended[0]).isEqualTo(4);
    }

    @SimulatedTest(leakCheck = false, seeds = SEEDS)
    void whoIsCancelledBeforeItsItemIsTakenSendsNothing() {
        var ends = MemoryObjectStream.<String>create(1);
        var scope = CancelScope.create();
        int[] atCancel = {-1};
        TaskGroup.run(group -> {
            group.startSoon(
                    TaskOptions.named("sender"),
                    () -> scope.run(() -> ends.sender().send("item")));
            group.startSoon(TaskOptions.named("canceller"), () -> {
                AnyIO.checkpoint();
                atCancel[0] = ends.sender().statistics().currentBufferUsed();
                scope.cancel();
            });
        });
        assertThat(ends.sender().statistics().currentBufferUsed())
                .as("items after the end, as at the cancellation")
                .isEqualTo(atCancel[0]);
    }

    @SimulatedTest(leakCheck = false, seeds = SEEDS)
    void whoIsCancelledBeforeItTakesAnItemTakesNothing() {
        var ends = MemoryObjectStream.<String>create(1);
        ends.sender().sendNow("item");
        var scope = CancelScope.create();
        int[] atCancel = {-1};
        TaskGroup.run(group -> {
            group.startSoon(
                    TaskOptions.named("receiver"),
                    () -> scope.run(() -> {
                        var _ = ends.receiver().receive();
                    }));
            group.startSoon(TaskOptions.named("canceller"), () -> {
                AnyIO.checkpoint();
                atCancel[0] = ends.sender().statistics().currentBufferUsed();
                scope.cancel();
            });
        });
        assertThat(ends.sender().statistics().currentBufferUsed())
                .as("items after the end, as at the cancellation")
                .isEqualTo(atCancel[0]);
    }

    @SimulatedTest(leakCheck = false, seeds = SEEDS, loops = 2)
    void sendersThatWaitAreServedInTheOrderOfArrivalBehindTheBuffer() {
        var random = random();
        int size = random.nextInt(3);
        var ends = MemoryObjectStream.<Integer>create(size);
        List<Integer> expected = new ArrayList<>();
        TaskGroup.run(group -> {
            for (int i = 0; i < 8; i++) {
                int number = i;
                var handle =
                        group.startSoon(anyLoop("sender"), () -> ends.sender().send(number));
                while (ends.sender().statistics().tasksWaitingSend()
                                + ends.sender().statistics().currentBufferUsed()
                        <= expected.size()) {
                    AnyIO.checkpoint();
                }
                if (i >= size && random.nextInt(3) == 0) {
                    handle.cancel();
                    handle.await(); // until then it counts
                } else {
                    expected.add(number);
                }
            }
            List<Integer> taken = new ArrayList<>();
            while (taken.size() < expected.size()) {
                taken.add(
                        random.nextBoolean()
                                ? ends.receiver().receiveNow()
                                : ends.receiver().receive());
            }
            assertThat(taken).isEqualTo(expected);
        });
        assertThat(catchThrowable(ends.receiver()::receiveNow)).isInstanceOf(WouldBlockException.class);
    }

    @SimulatedTest(leakCheck = false, seeds = SEEDS)
    void anItemThatWasHandedOverIsReturnedWhateverIsCancelledAfterwards() {
        var ends = MemoryObjectStream.<String>rendezvous();
        var scope = CancelScope.create();
        List<String> received = new ArrayList<>();
        var waiting = Event.create();
        TaskGroup.run(group -> {
            group.startSoon(
                    TaskOptions.named("receiver"),
                    () -> scope.run(() -> {
                        waiting.set();
                        received.add(ends.receiver().receive());
                    }));
            waiting.await();
            while (ends.sender().statistics().tasksWaitingReceive() == 0) {
                AnyIO.checkpoint();
            }
            ends.sender().sendNow("item");
            scope.cancel();
        });
        assertThat(received).containsExactly("item");
        assertThat(scope.cancelledCaught()).isFalse();
    }
}
