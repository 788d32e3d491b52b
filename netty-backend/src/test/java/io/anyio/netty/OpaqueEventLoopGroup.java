package io.anyio.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.AbstractEventExecutorGroup;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;

/** A wrapper like those of metrics libraries: it does not reveal what kind of group it wraps. */
final class OpaqueEventLoopGroup extends AbstractEventExecutorGroup implements EventLoopGroup {
    private final EventLoopGroup wrapped;

    OpaqueEventLoopGroup(EventLoopGroup wrapped) {
        this.wrapped = wrapped;
    }

    @Override
    public EventLoop next() {
        return wrapped.next();
    }

    @Override
    public Iterator<EventExecutor> iterator() {
        return wrapped.iterator();
    }

    @Override
    public ChannelFuture register(Channel channel) {
        return wrapped.register(channel);
    }

    @Override
    public ChannelFuture register(ChannelPromise promise) {
        return wrapped.register(promise);
    }

    @Override
    @Deprecated
    public ChannelFuture register(Channel channel, ChannelPromise promise) {
        return wrapped.register(channel, promise);
    }

    @Override
    public boolean isShuttingDown() {
        return wrapped.isShuttingDown();
    }

    @Override
    public Future<?> shutdownGracefully(long quietPeriod, long timeout, TimeUnit unit) {
        return wrapped.shutdownGracefully(quietPeriod, timeout, unit);
    }

    @Override
    public Future<?> terminationFuture() {
        return wrapped.terminationFuture();
    }

    @Override
    @Deprecated
    public void shutdown() {
        wrapped.shutdown();
    }

    @Override
    public boolean isShutdown() {
        return wrapped.isShutdown();
    }

    @Override
    public boolean isTerminated() {
        return wrapped.isTerminated();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        return wrapped.awaitTermination(timeout, unit);
    }
}
