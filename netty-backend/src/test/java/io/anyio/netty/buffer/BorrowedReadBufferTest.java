package io.anyio.netty.buffer;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests that bytes lent to a task come out in order, and that the task finds the remaining bytes in the queue. */
@Tag("once")
class BorrowedReadBufferTest {
    private final BorrowedReadBuffer borrowed = new BorrowedReadBuffer();
    private final ByteQueue queue = new ByteQueue();
    private volatile int arrived; // bytes lent so far, for the test between two threads

    private static ByteBuf message(int... bytes) {
        ByteBuf message = Unpooled.buffer();
        for (int each : bytes) {
            message.writeByte(each);
        }
        return message;
    }

    @Test
    void theTaskTakesWhatItWants() {
        borrowed.lend(message(1, 2, 3, 4, 5, 6));
        assertThat(borrowed.length()).isEqualTo(6);
        assertThat(borrowed.take(2)).containsExactly(1, 2);
        ByteBuffer into = ByteBuffer.allocate(3);
        assertThat(borrowed.read(into)).isEqualTo(3);
        assertThat(into.array()).containsExactly(3, 4, 5);
        assertThat(borrowed.take(99)).containsExactly(6);
        assertThat(borrowed.isEmpty()).isTrue();
        borrowed.takeBack(queue);
        assertThat(queue.isEmpty()).isTrue();
    }

    @Test
    void whatIsTakenBackIsInTheQueueAndNowhereElse() {
        ByteBuf message = message(1, 2, 3);
        borrowed.lend(message);
        assertThat(borrowed.take(1)).containsExactly(1);
        borrowed.takeBack(queue);
        message.release();
        assertThat(borrowed.isEmpty()).isTrue();
        assertThat(borrowed.length()).isZero();
        assertThat(borrowed.take(9)).isEmpty();
        assertThat(borrowed.read(ByteBuffer.allocate(9))).isZero();
        assertThat(queue.take(9)).containsExactly(2, 3);
    }

    @Test
    void aMessageMayBeInSeveralPieces() {
        borrowed.lend(Unpooled.wrappedBuffer(message(1, 2), message(3), message(4, 5)));
        ByteBuffer into = ByteBuffer.allocate(4);
        assertThat(borrowed.read(into)).isEqualTo(4);
        assertThat(into.array()).containsExactly(1, 2, 3, 4);
        assertThat(borrowed.length()).isOne();
    }

    /**
     * The loop's thread lends and takes back while a task of the JDK's scheduler reads, from here and from the queue.
     */
    @Test
    void nothingIsLostOrMovedBetweenTwoThreads() throws Exception {
        int messages = 300_000;
        var loop = new FutureTask<>(() -> {
            var random = new SplittableRandom(1);
            int sent = 0;
            for (int i = 0; i < messages; i++) {
                ByteBuf message = Unpooled.buffer();
                for (int size = random.nextInt(1, 60); size > 0; size--) {
                    message.writeByte(sent++);
                }
                while (!queue.isEmpty()) { // as in InboundBuffer
                    Thread.onSpinWait();
                }
                borrowed.lend(message);
                arrived = sent;
                for (int spins = random.nextInt(200); spins > 0; spins--) {
                    Thread.onSpinWait();
                }
                borrowed.takeBack(queue);
                message.setZero(0, message.capacity()).release();
            }
            return sent;
        });
        Thread.ofPlatform().daemon().start(loop);
        var random = new SplittableRandom(2);
        ByteBuffer buffer = ByteBuffer.allocate(40);
        int received = 0;
        while (true) {
            boolean last = loop.isDone();
            int before = arrived;
            if (borrowed.isEmpty() && queue.isEmpty() && received < before) { // InboundBuffer's second look
                throw new AssertionError("of " + before + " bytes only " + received + " can be found");
            }
            buffer.clear().limit(random.nextInt(1, 40));
            if (random.nextBoolean()) {
                buffer.put(borrowed.take(buffer.remaining()));
            } else {
                borrowed.read(buffer);
            }
            if (buffer.position() == 0 && borrowed.isEmpty()) {
                queue.read(buffer);
            }
            if (buffer.position() == 0 && last) {
                break;
            }
            buffer.flip();
            while (buffer.hasRemaining()) {
                byte found = buffer.get();
                if (found != (byte) received++) {
                    throw new AssertionError("byte " + (received - 1) + " is " + found);
                }
            }
        }
        assertThat(received).isEqualTo(loop.get(30, TimeUnit.SECONDS));
    }
}
