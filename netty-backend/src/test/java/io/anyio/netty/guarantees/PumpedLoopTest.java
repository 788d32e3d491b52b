package io.anyio.netty.guarantees;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.AnyIO;
import io.anyio.netty.NettyRuntime;
import io.anyio.sync.Event;
import io.anyio.testsuite.CapturedLog;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Tests with the loop of an EmbeddedChannel, which has no thread: it runs when the test pumps it. */
class PumpedLoopTest extends NettyGuaranteeTestBase {
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final NettyRuntime runtime = NettyRuntime.attach(channel.eventLoop());

    private void pumpUntil(CompletableFuture<?> done) {
        until(() -> {
            channel.runPendingTasks();
            return done.isDone();
        });
    }

    private void close() {
        runtime.close(); // every thread counts as its loop's, so this does not wait
        pumpUntil(runtime.ended().toCompletableFuture());
        channel.finishAndReleaseAll();
    }

    @Test
    void tasksRunWhenItIsPumped() throws Exception {
        List<String> trail = Collections.synchronizedList(new ArrayList<>());
        var go = Event.create();
        var task = runtime.start(() -> {
            trail.add("task");
            go.await();
            trail.add("woken");
            return AnyIO.currentRun().carrier().label();
        });
        trail.add("started");
        channel.runPendingTasks();
        until(() -> trail.contains("task"));
        if (onLoopCarrier()) {
            assertThat(trail).containsExactly("started", "task");
        }
        go.set();
        pumpUntil(task);
        assertThat(trail).contains("woken");
        assertThat(task.get()).isEqualTo(System.getProperty("anyio.test.carrier"));
        close();
    }

    @Test
    void timersAreMetWhenItIsPumped() {
        for (int i = 0; i < 20; i++) {
            pumpUntil(runtime.start(() -> AnyIO.sleep(Duration.ofMillis(1))));
        }
        close();
    }

    @Test
    void aTaskThatYieldsForEverDoesNotKeepThePumpBusy() {
        var _ = runtime.start(() -> {
            while (true) {
                AnyIO.checkpoint();
            }
        });
        pumpUntil(runtime.start(() -> AnyIO.sleep(Duration.ofMillis(1))));
        close();
    }

    /** In a task, the channel's methods run pending work on the task's own thread, which cannot carry tasks. */
    @Test
    void aTaskMayPumpItsOwnLoop() throws Exception {
        try (var log = new CapturedLog("io.anyio")) {
            var task = runtime.start(() -> {
                channel.writeInbound("message");
                AnyIO.checkpoint();
                AnyIO.sleep(Duration.ofMillis(1));
                return NettyGuaranteeTestBase.carrierThread();
            });
            pumpUntil(task);
            assertThat(channel.<String>readInbound()).isEqualTo("message");
            if (onLoopCarrier()) {
                assertThat(task.get(1, TimeUnit.SECONDS))
                        .isEqualTo(Thread.currentThread().getName());
            }
            assertThat(log.contains("is a virtual thread")).isFalse();
        }
        close();
    }
}
