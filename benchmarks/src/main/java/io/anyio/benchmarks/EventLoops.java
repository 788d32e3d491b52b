package io.anyio.benchmarks;

import io.anyio.Block;
import io.anyio.net.SocketListener;
import io.anyio.net.SocketStream;
import io.anyio.net.Tcp;
import io.anyio.netty.NettyOptions;
import io.anyio.netty.NettyRuntime;
import io.anyio.spi.Carrier;
import io.anyio.stream.Listener.Handler;
import io.netty.channel.EventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.Version;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.internal.PlatformDependent;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Event loops of one kind, and the runtime whose tasks run on them, if there is one. */
public final class EventLoops implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 20;

    private final LoopKind kind;
    private final MultiThreadIoEventLoopGroup group;
    private @Nullable NettyRuntime runtime; // since attach()

    private EventLoops(LoopKind kind, MultiThreadIoEventLoopGroup group) {
        this.kind = kind;
        this.group = group;
    }

    /** Opens loops, and fails with the reason if this machine does not have that kind. */
    public static EventLoops open(LoopKind kind, int loops, String threads) {
        return open(kind, kind.handlers.get(), loops, threads);
    }

    /** The same with other settings of the transport. */
    public static EventLoops open(LoopKind kind, IoHandlerFactory handlers, int loops, String threads) {
        kind.whyNot().ifPresent(reason -> {
            throw new IllegalStateException("loop=" + kind.label() + " is not available: " + reason);
        });
        return new EventLoops(
                kind, new MultiThreadIoEventLoopGroup(loops, new DefaultThreadFactory(threads, true), handlers));
    }

    /** Returns a runtime on these loops; fails if the loops or the carrier are not those that were requested. */
    public NettyRuntime attach(Carrier carrier) {
        NettyRuntime attached = NettyRuntime.attach(group, NettyOptions.DEFAULTS.withCarrier(carrier));
        runtime = attached;
        if (!attached.info().transport().equals(kind.label()) || attached.info().carrier() != carrier) {
            throw new IllegalStateException(
                    "Requested loop=" + kind.label() + " carrier=" + carrier.label() + ", but got " + attached.info());
        }
        return attached;
    }

    /** Starts a server of tasks on a port of this machine that the system assigns, and returns its address. */
    public InetSocketAddress serve(Handler<SocketStream> handler) throws Exception {
        return serve(LoopBenchmark.whenOpen(runtime)::start, handler);
    }

    /** The same in tasks that {@code runtime} starts. */
    public static InetSocketAddress serve(
            Function<Block<?>, CompletableFuture<@Nullable Void>> runtime, Handler<SocketStream> handler)
            throws Exception {
        var address = new CompletableFuture<InetSocketAddress>();
        var _ = runtime.apply(() -> {
                    try (SocketListener listener = Tcp.listen("127.0.0.1", 0)) {
                        address.complete(listener.localAddress());
                        listener.serve(handler);
                    }
                })
                .whenComplete((_, failure) -> address.completeExceptionally(failure));
        return address.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    public LoopKind kind() {
        return kind;
    }

    public MultiThreadIoEventLoopGroup group() {
        return group;
    }

    /** Returns the loops, in the order of the numbers with which tasks are started on them. */
    public List<EventLoop> all() {
        List<EventLoop> loops = new ArrayList<>();
        group.forEach(executor -> loops.add((EventLoop) executor));
        return loops;
    }

    /** Returns the version of Netty, for the record. */
    public static String netty() {
        Version version = Version.identify().get("netty-common");
        return "Netty " + (version == null ? "of unknown version" : version.artifactVersion())
                + (PlatformDependent.hasUnsafe() ? " with Unsafe" : " without Unsafe");
    }

    /** Ends the tasks, the connections and the loops. */
    @Override
    public void close() {
        if (runtime != null) {
            runtime.close();
        }
        var _ = group.shutdownGracefully(0, PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (!group.terminationFuture().awaitUninterruptibly(2 * PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("The event loops have not terminated");
        }
    }
}
