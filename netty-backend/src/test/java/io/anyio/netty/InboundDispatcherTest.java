package io.anyio.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.spi.LoopActionQueue;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.channel.nio.NioIoHandler;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests when the drain runs that the messages of a read have requested. */
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
    void aDrainForAMessageRunsWhenTheReadIsComplete() throws Exception {
        inOneTurn(() -> {
            dispatcher.readBegins();
            dispatcher.requestDrain(engine);
            dispatcher.requestDrain(engine);
            assertThat(drains).hasValue(0);
            dispatcher.readComplete();
            assertThat(drains).hasValue(1);
        });
        passTurns();
        assertThat(drains).hasValue(1); // none is left in the loop's queue
    }

    @Test
    void aReadWhoseEndIsNotReportedEndsWithTheTurn() throws Exception {
        for (int i = 1; i <= 3; i++) {
            inOneTurn(() -> {
                dispatcher.readBegins();
                dispatcher.requestDrain(engine);
            });
            passTurns();
            assertThat(drains).hasValue(i);
        }
    }

    @Test
    void aQueuedDrainRunsWhenAReadIsComplete() throws Exception {
        inOneTurn(() -> {
            dispatcher.requestDrain(engine);
            dispatcher.readComplete();
            assertThat(drains).hasValue(1);
            dispatcher.readBegins();
            dispatcher.readComplete();
            assertThat(drains).hasValueLessThanOrEqualTo(2);
        });
    }

    @Test
    void aReadThatBringsNoWorkRunsNothing() throws Exception {
        inOneTurn(() -> {
            dispatcher.requestDrain(engine);
        });
        passTurns();
        inOneTurn(() -> {
            dispatcher.readBegins();
            dispatcher.readComplete();
            dispatcher.readComplete();
        });
        passTurns();
        assertThat(drains).hasValue(1);
    }
}
