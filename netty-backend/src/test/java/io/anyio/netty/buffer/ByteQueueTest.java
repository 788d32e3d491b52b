package io.anyio.netty.buffer;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests that bytes leave the queue in the order of arrival, however they were split, at little cost of memory. */
@Tag("once")
class ByteQueueTest {
    private final ByteQueue queue = new ByteQueue();

    private void add(int... bytes) {
        byte[] message = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            message[i] = (byte) bytes[i];
        }
        queue.add(Unpooled.wrappedBuffer(message));
    }

    @Test
    void givesAWholeMessageAsItIs() {
        add(1, 2, 3);
        assertThat(queue.take(100)).containsExactly(1, 2, 3);
        assertThat(queue.isEmpty()).isTrue();
        assertThat(queue.take(100)).isNull();
    }

    @Test
    void cutsAMessageThatIsLongerThanWanted() {
        add(1, 2, 3);
        assertThat(queue.take(2)).containsExactly(1, 2);
        add(4);
        assertThat(queue.length()).isEqualTo(2);
        assertThat(queue.take(2)).containsExactly(3);
        assertThat(queue.take(2)).containsExactly(4);
    }

    @Test
    void readsAcrossMessages() {
        add(1, 2);
        add(3);
        add(4, 5, 6);
        ByteBuffer into = ByteBuffer.allocate(5);
        assertThat(queue.read(into)).isEqualTo(5);
        assertThat(into.array()).containsExactly(1, 2, 3, 4, 5);
        assertThat(queue.read(into.clear())).isEqualTo(1);
        assertThat(queue.read(into)).isZero();
    }

    @Test
    void aSharedChunkGoesOnAfterItWasEmptied() {
        add(1);
        add(2);
        assertThat(queue.take(9)).containsExactly(1);
        assertThat(queue.take(9)).containsExactly(2);
        add(3); // where 2 had been
        assertThat(queue.take(9)).containsExactly(3);
        queue.add(Unpooled.wrappedBuffer(new byte[5000])); // more than fits there
        assertThat(queue.take(9999)).hasSize(5000);
    }

    @Test
    void manySmallMessagesShareMemory() {
        add(0);
        for (int i = 1; i < 10_000; i++) {
            add(i);
        }
        assertThat(queue.take(1)).containsExactly(0);
        assertThat(queue.take(9999)).hasSizeGreaterThan(500); // they are contiguous
    }

    /** The loop's thread adds while a task of the JDK's scheduler removes. */
    @Test
    void nothingIsLostOrMovedBetweenTwoThreads() throws Exception {
        long all = 40_000_000;
        var writer = new FutureTask<>(() -> {
            var random = new SplittableRandom(1);
            long sent = 0;
            while (sent < all) {
                int size = (int)
                        Math.min(all - sent, random.nextInt(4) == 0 ? random.nextInt(1, 4000) : random.nextInt(1, 40));
                byte[] message = new byte[size];
                for (int i = 0; i < size; i++) {
                    message[i] = at(sent++);
                }
                queue.add(Unpooled.wrappedBuffer(message));
                while (queue.length() > 100_000) {
                    Thread.onSpinWait();
                }
            }
            return null;
        });
        Thread.ofPlatform().daemon().start(writer);
        var random = new SplittableRandom(2);
        ByteBuffer buffer = ByteBuffer.allocate(3000);
        long received = 0;
        while (received < all) {
            byte[] part = new byte[0];
            if (random.nextBoolean()) {
                byte[] taken = queue.take(random.nextInt(1, 3000));
                part = taken == null ? part : taken;
            } else {
                part = new byte[queue.read(buffer.clear().limit(random.nextInt(1, 3000)))];
                buffer.flip().get(part);
            }
            for (byte found : part) {
                if (found != at(received++)) {
                    throw new AssertionError("byte " + (received - 1) + " is " + found);
                }
            }
            Thread.onSpinWait();
        }
        writer.get(30, TimeUnit.SECONDS);
        assertThat(queue.isEmpty()).isTrue();
    }

    private static byte at(long offset) {
        return (byte) (offset * 31 + (offset >> 8));
    }
}
