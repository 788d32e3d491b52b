package io.anyio.netty.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anyio.AnyIO;
import io.anyio.netty.NettyOptions;
import io.anyio.netty.NettyTestBase;
import io.anyio.netty.buffer.InboundBuffer;
import io.anyio.spi.LoopAction;
import io.anyio.testsuite.CapturedLog;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledHeapByteBuf;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.nio.NioIoHandler;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests that a driver adds actions to the drains of its loop, and leaves the loop as it was found. */
class NettyLoopDriverTest extends NettyTestBase {
    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final EventLoop loop = group.next();
    private final NettyLoopDriver driver = new NettyLoopDriver(loop, 0);
    private final List<String> trail = Collections.synchronizedList(new ArrayList<>());
    private final CompletableFuture<Void> lost =
            new CompletableFuture<>(); // an action was told that the loop has ended

    @AfterEach
    void shutDown() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private LoopAction action(String name) {
        return driver.actions().action(new LoopAction.Handler() {
            @Override
            public void run() {
                trail.add(name + (loop.inEventLoop() ? "" : " elsewhere"));
            }

            @Override
            public void failed(Throwable cause) {
                trail.add(name + " failed");
            }

            @Override
            public void loopEnded() {
                trail.add(name + " lost");
                lost.complete(null);
            }
        });
    }

    @Test
    void aLoopThatItsCallerDrivesRunsOnNoThread() {
        var channel = new EmbeddedChannel();
        try {
            assertThat(channel.eventLoop().inEventLoop())
                    .as("as it says of every thread")
                    .isTrue();
            assertThat(new NettyLoopDriver(channel.eventLoop(), 0).runsOn(Thread.currentThread()))
                    .isFalse();
        } finally {
            boolean _ = channel.finish();
        }
    }

    @Test
    void aLoopRunsOnItsThreadOnly() throws Exception {
        assertThat(driver.runsOn(Thread.currentThread())).isFalse();
        assertThat(loop.submit(() -> driver.runsOn(Thread.currentThread())).get())
                .isTrue();
    }

    private void settle() throws Exception {
        loop.submit(() -> {}).get();
    }

    @Test
    void actionsOfADrainRunOnceAtItsEndInOrder() throws Exception {
        LoopAction one = action("one");
        LoopAction two = action("two");
        driver.execute(() -> {
            one.request();
            two.request();
            one.request();
            trail.add("drained");
        });
        settle();
        assertThat(trail).containsExactly("drained", "one", "two");
    }

    @Test
    void drainsThatWaitForTheLoopAreJoined() throws Exception {
        var inside = new CompletableFuture<Void>();
        var requested = new CompletableFuture<Void>();
        loop.execute(() -> {
            inside.complete(null);
            requested.join();
        });
        inside.join();
        var drained = new CompletableFuture<Void>();
        Runnable drain = () -> {
            trail.add("drained");
            drained.complete(null);
        };
        driver.execute(drain);
        driver.execute(drain);
        driver.executeAfterIo(drain);
        requested.complete(null);
        get(drained); // at the end of some turn of the loop
        settle();
        assertThat(trail).containsExactly("drained");
        driver.execute(drain);
        settle();
        assertThat(trail).containsExactly("drained", "drained");
    }

    @Test
    void actionsOfOtherThreadsRunOnTheLoopInOrOutOfADrain() throws Exception {
        action("outside").request();
        settle();
        var inside = new CompletableFuture<Void>();
        var requested = new CompletableFuture<Void>();
        driver.execute(() -> {
            inside.complete(null);
            requested.join();
            trail.add("drained");
        });
        inside.join();
        action("meanwhile").request();
        requested.complete(null);
        settle();
        assertThat(trail).containsExactly("outside", "drained", "meanwhile");
    }

    @Test
    void anActionThatThrowsKeepsNoOtherFromRunning() throws Exception {
        LoopAction bad = driver.actions().action(new LoopAction.Handler() {
            @Override
            public void run() {
                throw new IllegalStateException("expected");
            }

            @Override
            public void failed(Throwable cause) {
                trail.add("failed: " + cause.getMessage());
            }

            @Override
            public void loopEnded() {}
        });
        loop.submit(() -> driver.actions().runThenPerform(() -> {
                    bad.request();
                    action("good").request();
                }))
                .get();
        settle();
        assertThat(trail).containsExactly("failed: expected", "good");
    }

    @Test
    void anActionThatIsRequestedAgainWhileItRunsRunsAgain() throws Exception {
        LoopAction[] again = {null};
        again[0] = driver.actions().action(new LoopAction.Handler() {
            @Override
            public void run() {
                trail.add("run");
                if (trail.size() < 3) {
                    again[0].request();
                }
            }

            @Override
            public void failed(Throwable cause) {
                throw new AssertionError(cause);
            }

            @Override
            public void loopEnded() {}
        });
        again[0].request();
        settle();
        settle();
        settle();
        assertThat(trail).containsExactly("run", "run", "run");
    }

    @Test
    void aFailingDrainStillHasItsActionsRun() throws Exception {
        var log = new CapturedLog("io.netty.util.concurrent.AbstractEventExecutor");
        driver.execute(() -> {
            action("one").request();
            throw new IllegalStateException("expected: a drain that fails");
        });
        settle();
        log.close();
        assertThat(trail).containsExactly("one");
    }

    /** Returns an engine that has tasks left over after it has used up its time, {@code times} times. */
    private Runnable leavingTasks(int times, long nanos) {
        int[] left = {times};
        return new Runnable() {
            @Override
            public void run() {
                trail.add(driver.isDrainingDuringIo() ? "brief" : "whole");
                driver.ran(nanos);
                if (left[0]-- > 0) {
                    driver.executeAfterIo(this);
                }
            }
        };
    }

    /** Returns the events until {@code messages} have been delivered in one turn, after a drain. */
    private List<String> drainAndDeliver(Runnable engine, int messages) throws Exception {
        var inbound = new InboundBuffer(new EmbeddedChannel(), action("resumed"), driver.loopThread());
        var delivered = new CompletableFuture<List<String>>();
        loop.submit(() -> {
                    driver.execute(engine);
                    loop.execute(() -> {
                        for (int i = 0; i < messages; i++) {
                            driver.dispatcher().deliver(inbound, Unpooled.wrappedBuffer(new byte[1]));
                            trail.add("message");
                        }
                        delivered.complete(List.copyOf(trail));
                    });
                })
                .get();
        return get(delivered);
    }

    @Test
    void tasksThatAreLeftOverGetOnBehindTheMessagesUntilNoneIs() throws Exception {
        assertThat(drainAndDeliver(leavingTasks(2, 1_000), 4))
                .containsExactly("whole", "brief", "message", "brief", "message", "message", "message");
    }

    @Test
    void tasksThatAreAlwaysLeftOverDoNotGetOnBehindEveryMessage() throws Exception {
        assertThat(drainAndDeliver(leavingTasks(100, 10_000), 40)) // two slices, of 50 µs each
                .hasSize(1 + 10 + 40)
                .startsWith("whole", "brief", "message")
                .endsWith("message", "message")
                .containsOnlyOnce("whole");
    }

    @Test
    void aTaskThatAnActionWakesBehindAMessageGetsOnBehindThatMessage() throws Exception {
        int[] drains = {0};
        Runnable[] engine = {null};
        LoopAction wakes = driver.actions().action(new LoopAction.Handler() {
            @Override
            public void run() {
                trail.add("woken");
                driver.execute(engine[0]);
            }

            @Override
            public void failed(Throwable cause) {
                trail.add(cause.toString());
            }

            @Override
            public void loopEnded() {}
        });
        engine[0] = () -> {
            trail.add("drained");
            drains[0]++;
            if (drains[0] == 1) {
                driver.executeAfterIo(engine[0]);
            } else if (drains[0] == 2) {
                wakes.request();
            }
        };
        assertThat(drainAndDeliver(engine[0], 1)).containsExactly("drained", "drained", "woken", "drained", "message");
    }

    /** A message that wakes a task and then cannot be copied, for example for lack of memory. */
    private final class Unreadable extends UnpooledHeapByteBuf {
        private final Runnable engine;

        Unreadable(Runnable engine) {
            super(UnpooledByteBufAllocator.DEFAULT, 1, 1);
            this.engine = engine;
        }

        @Override
        public boolean isReadable() {
            driver.execute(engine);
            throw new IllegalStateException("expected: unreadable");
        }
    }

    @Test
    void aDrainIsNotForgottenWhenItsMessageFails() throws Exception {
        var inbound = new InboundBuffer(new EmbeddedChannel(), action("resumed"), driver.loopThread());
        var message = new Unreadable(() -> trail.add("drained"));
        assertThat(loop.submit(() -> driver.dispatcher().deliver(inbound, message))
                        .await()
                        .cause())
                .hasMessage("expected: unreadable");
        settle();
        assertThat(trail).containsExactly("drained");
        assertThat(message.refCnt()).isZero();
    }

    @Test
    void aLaterTimerReplacesTheOneBefore() throws Exception {
        var fired = new CompletableFuture<Void>();
        loop.submit(() -> {
                    driver.arm(TimeUnit.DAYS.toNanos(1), () -> trail.add("late"));
                    driver.arm(0, () -> {
                        trail.add("soon");
                        fired.complete(null);
                    });
                })
                .get();
        get(fired);
        assertThat(trail).containsExactly("soon");
    }

    @Test
    void whenTheLoopHasEndedItSaysSo() throws Exception {
        var ended = new CompletableFuture<Void>();
        driver.onTermination(() -> ended.complete(null));
        shutDown();
        ended.join();
        assertThatThrownBy(() -> driver.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
        action("one").request();
        get(lost); // by this thread, or by the one that notifies of the termination
        assertThat(trail).containsExactly("one lost");
    }

    @Test
    void afterCloseNothingIsLeftOnTheLoop() {
        driver.onTermination(() -> trail.add("terminated"));
        driver.close();
        shutDown();
        assertThat(trail).isEmpty();
    }

    @Test
    void aRunOnTheThreadOfALoopIsRefused() throws Exception {
        var refused = new CompletableFuture<Throwable>();
        loop.execute(() -> {
            try {
                AnyIO.run(() -> {}, NettyOptions.DEFAULTS);
                refused.complete(new AssertionError("not refused"));
            } catch (IllegalStateException e) {
                refused.complete(e);
            }
        });
        assertThat(get(refused)).hasMessageContaining("NettyRuntime.attach");
    }
}
