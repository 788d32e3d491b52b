package io.anyio.netty;

import io.anyio.lowlevel.CurrentNetwork;
import io.anyio.lowlevel.Suspension;
import io.anyio.net.ConnectionFailedException;
import io.anyio.netty.loop.ChannelLoop;
import io.anyio.netty.message.ChannelMessages;
import io.anyio.netty.message.MessageHandler;
import io.anyio.netty.message.PipelineCall;
import io.anyio.netty.transport.SystemErrors;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Makes streams of Netty channels for tasks: connections of a {@code Bootstrap} with any pipeline, and channels that
 * exist already. Servers use {@link NettyRuntime#handler}.
 *
 * <pre>{@code
 * var bootstrap = new Bootstrap().handler(new ChannelInitializer<>() {
 *     protected void initChannel(Channel channel) {
 *         channel.pipeline().addLast(new HttpClientCodec(), new HttpObjectAggregator(1 << 20));
 *     }
 * });
 * try (var upstream = NettyStreams.connect(bootstrap, address)) {
 *     upstream.send(request);
 *     FullHttpResponse response = upstream.receive(FullHttpResponse.class);
 * }
 * }</pre>
 *
 * <p>AnyIO has no counterpart; there, a stream wraps the transport and protocol of its backend.
 */
public final class NettyStreams {
    private NettyStreams() {}

    /** Connects with the default settings; see {@link #connect(Bootstrap, SocketAddress, MessageStreamOptions)}. */
    public static MessageStream connect(Bootstrap bootstrap, SocketAddress remote) {
        return connect(bootstrap, remote, MessageStreamOptions.DEFAULTS);
    }

    /**
     * Connects to {@code remote}, and returns the messages of the connection as a stream. A checkpoint. The stream is
     * added to the end of the pipeline that the bootstrap's handler makes; the bootstrap is not changed. It needs no
     * group and no channel type: without them, the connection is made on the loop of the calling task, where it costs
     * least, with the channel type of the run's transport.
     *
     * <p>The connection must be closed. At the end of the run, what was left open on its loops is closed.
     *
     * @throws ConnectionFailedException when there is no connection; the cause is the operating system's error
     * @throws IllegalStateException when the run has another backend
     * @throws io.anyio.NoEventLoopException when not called by a task
     */
    public static MessageStream connect(Bootstrap bootstrap, SocketAddress remote, MessageStreamOptions options) {
        Objects.requireNonNull(remote, "remote");
        Objects.requireNonNull(options, "options");
        NettyNetwork network = network("connect to " + remote);
        var wait = Suspension.create("connect to " + remote, network::isLoopThread);
        var opened = new AtomicReference<@Nullable MessageStream>();
        Bootstrap own = bootstrap.clone();
        ChannelHandler first = own.config().handler();
        own.handler(new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                if (first != null) {
                    channel.pipeline().addLast(first);
                }
                opened.set(attach(channel, network, options));
            }
        });
        ChannelFuture connecting = network.complete(own, wait.loop()).connect(remote);
        connecting.addListener(_ -> wait.resume());
        if (connecting.isDone()) { // the event loop may have been shut down, and then calls no listeners
            var _ = wait.resume();
        }
        try {
            wait.await();
        } catch (Throwable t) { // a cancellation, or a wait that is refused
            connecting.cancel(false);
            discard(connecting.channel(), opened.get());
            throw t;
        }
        MessageStream stream = opened.get();
        if (connecting.isSuccess() && stream != null) {
            return stream;
        }
        discard(connecting.channel(), stream);
        Throwable cause = connecting.cause();
        IOException why =
                cause == null ? new IOException("the pipeline could not be made") : SystemErrors.connecting(cause);
        throw new ConnectionFailedException("Cannot connect to " + remote + ": " + why.getMessage(), why);
    }

    /** Closes a channel that no task uses, with what it may have received. */
    private static void discard(Channel channel, @Nullable MessageStream stream) {
        if (stream != null) {
            stream.close();
            return;
        }
        try {
            var _ = channel.close();
        } catch (IllegalStateException noEventLoop) {
            // it could not be made, and Netty has closed it
        }
    }

    /** Makes a stream with the default settings; see {@link #of(Channel, MessageStreamOptions)}. */
    public static MessageStream of(Channel channel) {
        return of(channel, MessageStreamOptions.DEFAULTS);
    }

    /**
     * Returns the messages of a registered channel as a stream, such as a stream of an HTTP/2 client that was just
     * opened. A checkpoint. The stream is added to the end of the pipeline; messages that came before are not received.
     * A cancelled call leaves the channel open.
     *
     * @throws io.anyio.resource.BrokenResourceException when the event loop of the channel has ended
     * @throws IllegalStateException when the run has another backend, or the channel is not registered
     * @throws io.anyio.NoEventLoopException when not called by a task
     */
    public static MessageStream of(Channel channel, MessageStreamOptions options) {
        Objects.requireNonNull(options, "options");
        NettyNetwork network = network("make a stream of " + channel);
        if (!channel.isRegistered()) {
            throw new IllegalStateException(channel + " is not registered with an event loop; connect it first");
        }
        return PipelineCall.await(channel, made -> complete(made, channel, network, options));
    }

    private static void complete(
            CompletableFuture<MessageStream> made,
            Channel channel,
            NettyNetwork network,
            MessageStreamOptions options) {
        try {
            MessageStream stream = attach(channel, network, options);
            if (!made.complete(stream)) { // cancelled meanwhile
                stream.leave();
            }
        } catch (Throwable failure) { // the caller gets it
            made.completeExceptionally(failure);
        }
    }

    private static NettyNetwork network(String what) {
        if (CurrentNetwork.get(what) instanceof NettyNetwork network) {
            return network;
        }
        throw new IllegalStateException("Cannot " + what + ": channels of Netty need the backend 'netty'");
    }

    /** Adds a stream to the end of the pipeline. Called on the loop's thread. */
    private static MessageStream attach(Channel channel, NettyNetwork network, MessageStreamOptions options) {
        ChannelLoop loop = ChannelLoop.of(channel, network.drivers());
        var messages = new ChannelMessages(channel, loop, options::includes);
        channel.pipeline().addLast(new MessageHandler(messages, loop));
        return new MessageStream(messages);
    }
}
