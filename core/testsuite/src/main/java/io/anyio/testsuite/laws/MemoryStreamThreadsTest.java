package io.anyio.testsuite.laws;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.AnyIO;
import io.anyio.TaskGroup;
import io.anyio.TaskOptions;
import io.anyio.Timeouts;
import io.anyio.WouldBlockException;
import io.anyio.stream.MemoryObjectStream;
import io.anyio.stream.MemoryReceiveStream;
import io.anyio.stream.MemorySendStream;
import io.anyio.testing.junit.AnyIOTest;
import io.anyio.testsuite.BackendUnderTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

/** Tests of memory object streams between loops that run in parallel, and from threads that are not tasks. */
class MemoryStreamThreadsTest {
    private static final int ITEMS = 2000;
    private static final int PRODUCERS = 4;

    /** An item of a producer, identified by {@code producer} and {@code number}; numbers are in sending order. */
    private record Item(int producer, int number) {}

    @Test
    @Law({127, 132, 134})
    void betweenLoopsNothingIsLostOrDoubledByCancellations() {
        for (int size : new int[] {0, 1, 7, MemoryObjectStream.UNLIMITED}) {
            AnyIO.run(() -> exchange(size), BackendUnderTest.get().withLoops(3));
        }
    }

    private static void exchange(int size) {
        var ends = MemoryObjectStream.<Item>create(size);
        Queue<Item> sent = new ConcurrentLinkedQueue<>();
        List<List<Item>> received = new ArrayList<>();
        Timeouts.failAfter(
                Duration.ofSeconds(60),
                () -> TaskGroup.run(group -> {
                    for (int i = 0; i < PRODUCERS; i++) {
                        int producer = i;
                        var own = ends.sender().copy();
                        group.startSoon(TaskOptions.DEFAULTS.withSpread(true), () -> produce(own, producer, sent));
                    }
                    for (int i = 0; i < 3; i++) {
                        List<Item> mine = new ArrayList<>();
                        received.add(mine);
                        var own = ends.receiver().copy();
                        group.startSoon(TaskOptions.DEFAULTS.withSpread(true), () -> consume(own, mine));
                    }
                    ends.sender().close();
                    ends.receiver().close();
                }));
        List<Item> all = new ArrayList<>();
        for (List<Item> mine : received) {
            all.addAll(mine);
            Map<Integer, Integer> newest = new HashMap<>();
            for (Item item : mine) {
                Integer before = newest.put(item.producer(), item.number());
                assertThat(before == null || before < item.number())
                        .as("order at one receiver")
                        .isTrue();
            }
        }
        assertThat(all).hasSameSizeAs(sent);
        assertThat(new HashSet<>(all)).hasSameSizeAs(all).containsAll(sent);
    }

    private static void produce(MemorySendStream<Item> own, int producer, Queue<Item> sent) {
        try (own) {
            for (int i = 0; i < ITEMS; i++) {
                var item = new Item(producer, i);
                Timeouts.moveOnAfter(patience(), () -> {
                    own.send(item);
                    sent.add(item);
                });
            }
        }
    }

    private static void consume(MemoryReceiveStream<Item> own, List<Item> mine) {
        try (own) {
            boolean[] ended = {false};
            while (!ended[0]) {
                Timeouts.moveOnAfter(patience(), () -> {
                    for (Item item : own) {
                        mine.add(item);
                    }
                    ended[0] = true;
                });
            }
        }
    }

    private static Duration patience() {
        return Duration.ofNanos(ThreadLocalRandom.current().nextInt(300_000));
    }

    @AnyIOTest(leakCheck = false, simulated = false)
    @Law({128})
    void aThreadThatIsNoTaskCanSendAndClose() {
        var ends = MemoryObjectStream.<Integer>create(3);
        var thread = Thread.ofPlatform().start(() -> {
            try (var send = ends.sender()) {
                for (int i = 0; i < ITEMS; i++) {
                    sendSoon(send, i);
                }
            }
        });
        int expected = 0;
        for (int item : ends.receiver()) {
            assertThat(item).isEqualTo(expected++);
        }
        assertThat(expected).isEqualTo(ITEMS);
        while (thread.isAlive()) {
            AnyIO.checkpoint();
        }
    }

    private static void sendSoon(MemorySendStream<Integer> send, int item) {
        while (true) {
            try {
                send.sendNow(item);
                return;
            } catch (WouldBlockException full) {
                Thread.onSpinWait();
            }
        }
    }
}
