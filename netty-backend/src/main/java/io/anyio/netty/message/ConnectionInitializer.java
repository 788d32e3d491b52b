package io.anyio.netty.message;

import io.anyio.AttachedRun;
import io.anyio.netty.loop.ChannelLoop;
import io.anyio.netty.loop.NettyLoopDriver;
import io.anyio.stream.Listener;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerAdapter;
import io.netty.channel.ChannelHandlerContext;
import java.util.function.Function;
import java.util.function.Predicate;

/** Replaces itself by the stream and the task of one connection. */
@Sharable
public final class ConnectionInitializer extends ChannelHandlerAdapter {
    private final AttachedRun run;
    private final Function<Channel, NettyLoopDriver> drivers;
    private final Predicate<Object> events;
    private final Listener.Handler<? super ChannelMessages> handler;

    /** Serves connections in tasks of a run; {@code drivers} throws for a channel that is on no loop of it. */
    public ConnectionInitializer(
            AttachedRun run,
            Function<Channel, NettyLoopDriver> drivers,
            Predicate<Object> events,
            Listener.Handler<? super ChannelMessages> handler) {
        this.run = run;
        this.drivers = drivers;
        this.events = events;
        this.handler = handler;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        Channel channel = context.channel();
        NettyLoopDriver driver;
        try {
            driver = drivers.apply(channel);
        } catch (IllegalArgumentException foreign) { // Netty logs it; the peer would wait for ever
            var _ = channel.close();
            throw foreign;
        }
        ChannelLoop loop = ChannelLoop.of(driver);
        var stream = new ChannelMessages(channel, loop, events);
        var task = new ConnectionTask(run, driver.index(), stream, handler);
        channel.pipeline().addAfter(context.name(), null, new MessageHandler(stream, loop, task));
        channel.pipeline().remove(context.name());
    }
}
