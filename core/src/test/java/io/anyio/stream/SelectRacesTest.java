package io.anyio.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.TaskGroup;
import io.anyio.TaskOptions;
import io.anyio.Timeouts;
import io.anyio.select.Select;
import io.anyio.select.SelectClause;
import io.anyio.testing.junit.SimulatedTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;

/** Selects against selects, plain calls, cancellations and closing: every item sent is received exactly once. */
class SelectRacesTest {
    private static final int SEEDS = 200;
    private static final TaskOptions SPREAD = TaskOptions.DEFAULTS.withSpread(true);

    private long round; // makes the random choices of a program differ between seeds

    @AfterEach
    void forget() {
        round = 0;
    }

    /** Tasks that offer and want items on a few streams at a time, in selects that are cancelled at random. */
    private static final class Market {
        private final SplittableRandom random;
        private final List<MemoryObjectStream<Integer>> streams = new ArrayList<>();
        private final List<Integer> sent = new ArrayList<>(); // one thread runs the whole simulation
        private final List<Integer> received = new ArrayList<>();
        private int next;

        Market(SplittableRandom random) {
            this.random = random;
            for (int i = 1 + random.nextInt(3); i > 0; i--) {
                streams.add(MemoryObjectStream.create(random.nextInt(3)));
            }
        }

        void run(int traders) {
            TaskGroup.run(group -> {
                for (int i = 0; i < traders; i++) {
                    var own = random.split();
                    group.startSoon(SPREAD, () -> trade(own));
                }
            });
            for (var stream : streams) {
                var after = stream.receiver().statistics();
                assertThat(after.tasksWaitingSend() + after.tasksWaitingReceive())
                        .isZero();
                while (stream.receiver().statistics().currentBufferUsed() > 0) {
                    received.add(stream.receiver().receiveNow());
                }
            }
            assertThat(received).containsExactlyInAnyOrderElementsOf(sent);
        }

        private void trade(SplittableRandom own) {
            for (int i = 0; i < 10; i++) {
                var patience = Duration.ofMillis(own.nextInt(4));
                Timeouts.moveOnAfter(patience, () -> tradeOnce(own));
            }
        }

        private void tradeOnce(SplittableRandom own) {
            List<SelectClause<Runnable>> clauses = new ArrayList<>();
            for (int i = 1 + own.nextInt(4); i > 0; i--) {
                var stream = streams.get(own.nextInt(streams.size()));
                if (own.nextBoolean()) {
                    int item = next++;
                    clauses.add(stream.sender().onSend(item).then(_ -> () -> sent.add(item)));
                } else {
                    clauses.add(stream.receiver().onReceive().then(item -> () -> received.add(item)));
                }
            }
            if (own.nextInt(4) == 0) {
                clauses.add(Select.after(Duration.ofMillis(own.nextInt(3))).then(_ -> () -> {}));
            }
            Runnable chosen = own.nextBoolean() ? Select.first(clauses) : Select.fair(clauses);
            chosen.run();
        }
    }

    @SimulatedTest(leakCheck = false, seeds = SEEDS)
    void everyItemIsReceivedOnceOnOneLoop() {
        new Market(new SplittableRandom(round++)).run(5);
    }

    @SimulatedTest(leakCheck = false, seeds = SEEDS, loops = 2)
    void everyItemIsReceivedOnceOnTwoLoops() {
        new Market(new SplittableRandom(round++)).run(5);
    }

    @SimulatedTest(leakCheck = false, seeds = SEEDS, loops = 3)
    void everyItemIsReceivedOnceOnThreeLoops() {
        new Market(new SplittableRandom(round++)).run(8);
    }

    @SimulatedTest(leakCheck = false, seeds = SEEDS, loops = 2)
    void twoSelectsThatWantEachOtherMeet() {
        var there = MemoryObjectStream.<String>rendezvous();
        var back = MemoryObjectStream.<String>rendezvous();
        List<String> met = new ArrayList<>();
        TaskGroup.run(group -> {
            group.startSoon(
                    SPREAD,
                    () -> met.add(Select.first(
                            there.sender().onSend("x").then(_ -> "first sent"),
                            back.receiver().onReceive().then(item -> "first got " + item))));
            group.startSoon(
                    SPREAD,
                    () -> met.add(Select.first(
                            back.sender().onSend("y").then(_ -> "second sent"),
                            there.receiver().onReceive().then(item -> "second got " + item))));
        });
        assertThat(met).hasSize(2);
        assertThat(List.copyOf(new TreeSet<>(met)))
                .isIn(List.of("first sent", "second got x"), List.of("first got y", "second sent"));
    }

    @SimulatedTest(leakCheck = false, seeds = SEEDS, loops = 2)
    void aSelectKeepsItsPlaceInTheLine() {
        var stream = MemoryObjectStream.<Integer>rendezvous();
        var other = MemoryObjectStream.<Integer>rendezvous();
        List<String> order = new ArrayList<>();
        TaskGroup.run(group -> {
            for (int i = 0; i < 4; i++) {
                int number = i;
                boolean selects = new SplittableRandom(round + i).nextBoolean();
                group.startSoon(SPREAD, () -> {
                    int item = selects
                            ? Select.first(
                                    other.receiver().onReceive(),
                                    stream.receiver().onReceive())
                            : stream.receiver().receive();
                    order.add(number + " got " + item);
                });
                while (stream.receiver().statistics().tasksWaitingReceive() <= i) {
                    AnyIO.checkpoint();
                }
            }
            for (int i = 0; i < 4; i++) {
                stream.sender().sendNow(i);
            }
        });
        round++;
        assertThat(order).containsExactlyInAnyOrder("0 got 0", "1 got 1", "2 got 2", "3 got 3");
    }

    @SimulatedTest(leakCheck = false, seeds = SEEDS, loops = 2)
    void anItemThatWasHandedOverIsNotLostByACancellation() {
        var a = MemoryObjectStream.<String>rendezvous();
        var b = MemoryObjectStream.<String>rendezvous();
        var scope = CancelScope.create();
        List<String> received = new ArrayList<>();
        List<String> sent = new ArrayList<>();
        TaskGroup.run(group -> {
            group.startSoon(
                    SPREAD,
                    () -> scope.run(() -> received.add(
                            Select.first(a.receiver().onReceive(), b.receiver().onReceive()))));
            var offers = group.startSoon(
                    SPREAD,
                    () -> sent.add(Select.first(
                            a.sender().onSend("a").then(_ -> "a"),
                            b.sender().onSend("b").then(_ -> "b"))));
            AnyIO.checkpoint();
            scope.cancel();
            AnyIO.sleep(Duration.ofMillis(1));
            offers.cancel();
        });
        assertThat(received).isEqualTo(sent);
    }
}
