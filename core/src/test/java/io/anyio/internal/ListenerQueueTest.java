package io.anyio.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.diagnostics.WatchdogEvent;
import io.anyio.diagnostics.WatchdogListener;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Listeners of the watchdog that throw, wait or never return. */
class ListenerQueueTest {
    private static WatchdogEvent event(long number) {
        return new WatchdogEvent(
                WatchdogEvent.Kind.SLOW_TURN, 1, 0, number, "task", "loop", Duration.ofSeconds(2), List.of(), "", 0);
    }

    private static long take(BlockingQueue<WatchdogEvent> from) throws InterruptedException {
        WatchdogEvent event = from.poll(30, TimeUnit.SECONDS);
        assertThat(event).isNotNull();
        return event.taskId();
    }

    @Test
    void aListenerThatThrowsKeepsNoEventFromTheOthers() throws Exception {
        var got = new LinkedBlockingQueue<WatchdogEvent>();
        WatchdogListener failing = _ -> {
            throw new IllegalStateException("on purpose");
        };
        var queue = new ListenerQueue(() -> List.of(failing, got::add));
        assertThat(queue.offer(event(1))).isTrue();
        assertThat(queue.offer(event(2))).isTrue();
        assertThat(List.of(take(got), take(got))).containsExactly(1L, 2L);
    }

    @Test
    void aListenerThatDoesNotReturnKeepsNoMoreThanTheCapacity() throws Exception {
        var release = new CountDownLatch(1);
        var entered = new CountDownLatch(1);
        var got = new LinkedBlockingQueue<WatchdogEvent>();
        var queue = new ListenerQueue(() -> List.of(event -> {
            entered.countDown();
            try {
                release.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            got.add(event);
        }));
        for (int i = 0; i < ListenerQueue.CAPACITY; i++) {
            assertThat(queue.offer(event(i))).isTrue();
        }
        entered.await();
        assertThat(queue.offer(event(-1))).isFalse();
        release.countDown();
        for (int i = 0; i < ListenerQueue.CAPACITY; i++) {
            assertThat(take(got)).isEqualTo(i);
        }
    }

    /** The thread ends with the last event; the next event gets another one. */
    @Test
    void eventsAfterAPauseAreDelivered() throws Exception {
        var threads = new LinkedBlockingQueue<Thread>();
        var queue = new ListenerQueue(() -> List.of(_ -> threads.add(Thread.currentThread())));
        for (int i = 0; i < 3; i++) {
            assertThat(queue.offer(event(i))).isTrue();
            Thread deliverer = threads.poll(30, TimeUnit.SECONDS);
            assertThat(deliverer).isNotNull();
            assertThat(deliverer.getName()).isEqualTo("anyio-watchdog-listener");
            assertThat(deliverer.join(Duration.ofSeconds(30))).isTrue();
        }
    }

    @Test
    void theLimitOfAMinuteCountsWhatItLeavesOut() {
        var limit = new RateLimit();
        long minute = TimeUnit.MINUTES.toNanos(1);
        assertThat(limit.admits(-5, 2)).isTrue();
        assertThat(limit.admits(0, 2)).isTrue();
        assertThat(limit.admits(1, 2)).isFalse();
        assertThat(limit.admits(minute - 6, 2)).isFalse();
        assertThat(limit.admits(minute - 5, 2)).isTrue();
        assertThat(limit.takeLeftOut()).isEqualTo(2);
        assertThat(limit.takeLeftOut()).isZero();
    }
}
