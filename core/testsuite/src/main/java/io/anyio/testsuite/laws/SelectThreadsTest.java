package io.anyio.testsuite.laws;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.AnyIO;
import io.anyio.TaskGroup;
import io.anyio.TaskOptions;
import io.anyio.Timeouts;
import io.anyio.select.Select;
import io.anyio.select.SelectClause;
import io.anyio.stream.MemoryObjectStream;
import io.anyio.testing.junit.AnyIOTest;
import io.anyio.testsuite.BackendUnderTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Tests of selects against selects on parallel loops: each item sent is received once, and no match is missed. */
class SelectThreadsTest {
    private static final TaskOptions SPREAD = TaskOptions.DEFAULTS.withSpread(true);

    @Test
    void betweenLoopsNothingIsLostOrDoubledByCancellations() {
        AnyIO.run(
                () -> {
                    List<MemoryObjectStream<Integer>> streams = List.of(
                            MemoryObjectStream.create(0), MemoryObjectStream.create(0), MemoryObjectStream.create(1));
                    Queue<Integer> sent = new ConcurrentLinkedQueue<>();
                    Queue<Integer> received = new ConcurrentLinkedQueue<>();
                    var next = new AtomicInteger();
                    Timeouts.failAfter(
                            Duration.ofSeconds(60),
                            () -> TaskGroup.run(group -> {
                                for (int i = 0; i < 6; i++) {
                                    group.startSoon(SPREAD, () -> {
                                        for (int trade = 0; trade < 500; trade++) {
                                            impatiently(() -> tradeOnce(streams, next, sent, received));
                                        }
                                    });
                                }
                            }));
                    for (var stream : streams) {
                        while (stream.receiver().statistics().currentBufferUsed() > 0) {
                            received.add(stream.receiver().receiveNow());
                        }
                        assertThat(stream.receiver().statistics().tasksWaitingReceive())
                                .isZero();
                        assertThat(stream.receiver().statistics().tasksWaitingSend())
                                .isZero();
                    }
                    assertThat(received).containsExactlyInAnyOrderElementsOf(sent);
                    assertThat(received).hasSizeGreaterThan(10);
                },
                BackendUnderTest.get().withLoops(3));
    }

    private static void impatiently(Runnable call) {
        var patience = Duration.ofNanos(ThreadLocalRandom.current().nextInt(300_000));
        Timeouts.moveOnAfter(patience, call::run);
    }

    private static void tradeOnce(
            List<MemoryObjectStream<Integer>> streams,
            AtomicInteger next,
            Queue<Integer> sent,
            Queue<Integer> received) {
        var random = ThreadLocalRandom.current();
        List<SelectClause<Runnable>> clauses = new ArrayList<>();
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            var stream = streams.get(random.nextInt(streams.size()));
            if (random.nextBoolean()) {
                int item = next.incrementAndGet();
                clauses.add(stream.sender().onSend(item).then(_ -> () -> sent.add(item)));
            } else {
                clauses.add(stream.receiver().onReceive().then(item -> () -> received.add(item)));
            }
        }
        Select.first(clauses).run();
    }

    /** Each side offers on one stream and receives from the other: they must meet in every round. */
    @Test
    void twoSelectsThatWantEachOtherAlwaysMeet() {
        AnyIO.run(
                () -> {
                    var there = MemoryObjectStream.<Integer>rendezvous();
                    var back = MemoryObjectStream.<Integer>rendezvous();
                    int rounds = 2000;
                    int[] offered = new int[2];
                    Timeouts.failAfter(
                            Duration.ofSeconds(60),
                            () -> TaskGroup.run(group -> {
                                group.startSoon(
                                        TaskOptions.DEFAULTS.withLoop(0), () -> offered[0] = meet(rounds, there, back));
                                group.startSoon(
                                        TaskOptions.DEFAULTS.withLoop(1), () -> offered[1] = meet(rounds, back, there));
                            }));
                    assertThat(offered[0] + offered[1]).isEqualTo(rounds);
                },
                BackendUnderTest.get().withLoops(2));
    }

    /** Returns the number of rounds in which this side has sent. */
    private static int meet(int rounds, MemoryObjectStream<Integer> offers, MemoryObjectStream<Integer> wants) {
        int offered = 0;
        for (int round = 0; round < rounds; round++) {
            offered += Select.fair(
                    offers.sender().onSend(round).then(_ -> 1),
                    wants.receiver().onReceive().then(_ -> 0));
        }
        return offered;
    }

    @AnyIOTest(leakCheck = false)
    void aTimeOutAndAnItemRaceOnEveryBackend() {
        var items = MemoryObjectStream.<String>rendezvous();
        TaskGroup.run(group -> {
            group.startSoon(() -> items.sender().send("item"));
            String first = Select.first(
                    items.receiver().onReceive(),
                    Select.after(Duration.ofSeconds(60)).then(_ -> "time-out"));
            assertThat(first).isEqualTo("item");
        });
        String second = Select.first(
                items.receiver().onReceive(), Select.after(Duration.ofMillis(2)).then(_ -> "time-out"));
        assertThat(second).isEqualTo("time-out");
    }
}
