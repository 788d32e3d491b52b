package io.anyio.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.anyio.AnyIO;
import io.anyio.EventLoopToken;
import io.anyio.TaskOptions;
import io.anyio.thread.BlockingPortal;
import io.anyio.thread.FromThread;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Calls to a run by the thread of one of its event loops, as from a channel handler: those that wait are refused. */
class EventLoopCallsTest {
    private final MultiThreadIoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
    private final NettyRuntime runtime = NettyRuntime.attach(loops);

    @AfterEach
    void close() {
        runtime.close();
        var _ = loops.shutdownGracefully();
    }

    /** A portal of a task of the runtime, and the end of that task. */
    private record Served(BlockingPortal portal, CompletableFuture<?> end) {}

    private Served serve() throws Exception {
        var opened = new CompletableFuture<BlockingPortal>();
        var end = runtime.start(() -> BlockingPortal.run(portal -> {
            opened.complete(portal);
            portal.sleepUntilStopped();
        }));
        return new Served(opened.get(), end);
    }

    private <T> T inALoop(Callable<T> code) throws Exception {
        return loops.next().submit(code).get();
    }

    @Test
    void aCallThatWaitsForTheLoopIsRefused() throws Exception {
        Served served = serve();
        BlockingPortal portal = served.portal();
        EventLoopToken token = runtime.start(AnyIO::currentToken).get();
        for (Callable<Throwable> call : List.<Callable<Throwable>>of(
                () -> catchThrowable(() -> portal.call(() -> 1)),
                () -> catchThrowable(() -> portal.startTask(status -> 1)),
                () -> catchThrowable(() -> portal.open(holder -> {})),
                () -> catchThrowable(() -> FromThread.run(token, () -> 1)))) {
            assertThat(inALoop(call))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("event loop")
                    .hasMessageContaining("wait for itself");
        }
        portal.stop();
        served.end().get();
    }

    @Test
    void startsThatDoNotWaitAreAccepted() throws Exception {
        Served served = serve();
        BlockingPortal portal = served.portal();
        EventLoopToken token = runtime.start(AnyIO::currentToken).get();
        assertThat(inALoop(() -> portal.startSoon(() -> 1)).get()).isOne();
        assertThat(inALoop(() -> token.start(TaskOptions.DEFAULTS, () -> 2)).get())
                .isEqualTo(2);
        assertThat(inALoop(() -> {
                    portal.close(); // does not wait here
                    return 3;
                }))
                .isEqualTo(3);
        served.end().get();
    }
}
