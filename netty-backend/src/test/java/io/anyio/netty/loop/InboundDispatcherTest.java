package io.anyio.netty.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anyio.spi.LoopActionQueue;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.channel.nio.NioIoHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests when the drain runs that messages have requested. */
class InboundDispatcherTest {
    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final EventLoop loop = group.next();
    private final InboundDispatcher dispatcher =
            new InboundDispatcher(loop, LoopActionQueue.create(loop, loop::isShutdown));
    private final AtomicInteger drains = new AtomicInteger();
    private final Runnable engine = drains::incrementAndGet;

    @AfterEach
    void shutDown() {
        var _ = group.shutdownGracefully(0, 5, TimeUnit.SECONDS);
        group.terminationFuture().awaitUninterruptibly();
    }

    private void inOneTurn(Runnable code) throws Exception {
        loop.submit(code).get(30, TimeUnit.SECONDS);
    }

    private void passTurns() throws Exception {
        for (int i = 0; i < 2; i++) {
            var over = new CompletableFuture<Boolean>();
            inOneTurn(() -> ((SingleThreadIoEventLoop) loop).executeAfterEventLoopIteration(() -> over.complete(true)));
            over.get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void requestsOfOneTurnLeadToOneDrain() throws Exception {
        inOneTurn(() -> {
            dispatcher.requestDrain(engine);
            dispatcher.requestDrain(engine);
            assertThat(drains).hasValue(0);
        });
        passTurns();
        assertThat(drains).hasValue(1);
    }

    @Test
    void aQueuedDrainCanRunAtOnce() throws Exception {
        inOneTurn(() -> {
            dispatcher.requestDrain(engine);
            dispatcher.runQueued();
            assertThat(drains).hasValue(1);
        });
        passTurns();
        assertThat(drains).as("the queued one finds nothing to do").hasValue(1);
        inOneTurn(() -> dispatcher.requestDrain(engine));
        passTurns();
        assertThat(drains).as("a later request").hasValue(2);
    }

    @Test
    void aRequestOfAnotherThreadAfterAnEarlyDrainIsKept() throws Exception {
        var requested = new CompletableFuture<Boolean>();
        inOneTurn(() -> {
            dispatcher.requestDrain(engine);
            dispatcher.runQueued();
            Thread.ofPlatform().start(() -> {
                dispatcher.requestDrain(engine);
                requested.complete(true);
            });
            requested.join();
        });
        passTurns();
        assertThat(drains).hasValue(2);
    }

    @Test
    void drainsFollowTheFirstReadAndWheneverTheirNumberHasDoubled() throws Exception {
        List<Integer> drained = new ArrayList<>();
        for (int turn = 0; turn < 2; turn++) {
            inOneTurn(() -> {
                for (int read = 1; read <= 64; read++) {
                    dispatcher.requestDrain(engine);
                    int before = drains.get();
                    dispatcher.readCompleted();
                    if (drains.get() > before) {
                        drained.add(read);
                    }
                }
                dispatcher.requestDrain(engine);
            });
            passTurns();
        }
        assertThat(drained).containsExactly(1, 2, 4, 8, 16, 32, 64, 1, 2, 4, 8, 16, 32, 64);
        assertThat(drains).hasValue(16);
    }

    @Test
    void withoutARequestNothingRuns() throws Exception {
        inOneTurn(() -> dispatcher.requestDrain(engine));
        passTurns();
        inOneTurn(dispatcher::runQueued);
        passTurns();
        assertThat(drains).hasValue(1);
    }

    @Test
    void readsWithoutARequestDoNotCount() throws Exception {
        inOneTurn(() -> {
            for (int read = 0; read < 5; read++) {
                dispatcher.readCompleted();
            }
            dispatcher.requestDrain(engine);
            dispatcher.readCompleted();
            assertThat(drains).hasValue(1);
        });
    }

    @Test
    void tasksThatAnEarlyDrainHasLeftComeBehindIo() throws Exception {
        Runnable leaving = new Runnable() {
            @Override
            public void run() {
                if (drains.incrementAndGet() == 1) {
                    dispatcher.requestDrainAfterIo(this);
                }
            }
        };
        var atTheEndOfTheTurn = new CompletableFuture<Integer>();
        inOneTurn(() -> {
            dispatcher.requestDrain(leaving);
            dispatcher.readCompleted();
            ((SingleThreadIoEventLoop) loop)
                    .executeAfterEventLoopIteration(() -> atTheEndOfTheTurn.complete(drains.get()));
        });
        assertThat(atTheEndOfTheTurn.get(30, TimeUnit.SECONDS)).isEqualTo(1);
        passTurns();
        assertThat(drains).hasValue(2);
    }

    @Test
    void aDrainThatFailsEarlyIsRepeatedByTheQueuedOne() throws Exception {
        Runnable failing = () -> {
            if (drains.incrementAndGet() == 1) {
                throw new IllegalStateException("planned");
            }
        };
        inOneTurn(() -> {
            dispatcher.requestDrain(failing);
            assertThatThrownBy(dispatcher::runQueued).hasMessage("planned");
        });
        passTurns();
        assertThat(drains).hasValue(2);
    }

    @Test
    void noDrainBeginsInsideOfCallsIntoPipelines() throws Exception {
        inOneTurn(() -> {
            dispatcher.requestDrain(engine);
            dispatcher.beginCalls();
            dispatcher.beginCalls();
            dispatcher.endCalls();
            dispatcher.runQueued();
            assertThat(drains).hasValue(0);
            dispatcher.endCalls();
            dispatcher.runQueued();
            assertThat(drains).hasValue(1);
        });
    }
}
