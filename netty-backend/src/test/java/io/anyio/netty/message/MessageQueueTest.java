package io.anyio.netty.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Tests of the queue between a loop and a receiving task. */
class MessageQueueTest {
    private static final int MANY = 2_000_000;

    @Test
    void messagesComeOutInTheirOrder_withTheSumOfTheirBytes() {
        var queue = new MessageQueue();
        for (int round = 0; round < 5; round++) {
            assertThat(queue.isEmpty()).isTrue();
            assertThat(queue.poll()).isNull();
            for (int i = 0; i < 31 + round; i++) { // around the size of its arrays
                queue.add(i, i);
                assertThat(queue.isEmpty()).isFalse();
            }
            assertThat(queue.bytes()).isEqualTo((30 + round) * (31 + round) / 2);
            for (int i = 0; i < 31 + round; i++) {
                assertThat(queue.poll()).isEqualTo(i);
            }
            assertThat(queue.bytes()).isZero();
        }
    }

    @Test
    void twoThreadsExchangeMessagesInOrder() throws Exception {
        var queue = new MessageQueue();
        var consumer = new FutureTask<>(() -> {
            for (int i = 0; i < MANY; i++) {
                while (queue.isEmpty()) {
                    Thread.onSpinWait();
                }
                assertThat(queue.bytes()).isNotNegative();
                if (!Integer.valueOf(i).equals(queue.poll())) {
                    throw new AssertionError("message " + i);
                }
            }
            return queue.bytes();
        });
        Thread.ofPlatform().daemon().start(consumer);
        for (int i = 0; i < MANY; i++) {
            queue.add(i, 3);
            while (queue.bytes() > 3000) {
                Thread.onSpinWait();
            }
        }
        assertThat(consumer.get(30, TimeUnit.SECONDS)).isZero();
        assertThat(queue.isEmpty()).isTrue();
    }
}
