package io.anyio.netty;

import io.anyio.WouldBlockException;
import io.anyio.netty.message.ChannelByteStream;
import io.anyio.netty.message.ChannelMessages;
import io.anyio.netty.message.MessagesUntil;
import io.anyio.netty.message.OutboundMessages;
import io.anyio.netty.message.PipelineCall;
import io.anyio.resource.BrokenResourceException;
import io.anyio.resource.BusyResourceException;
import io.anyio.resource.ClosedResourceException;
import io.anyio.stream.ByteStream;
import io.anyio.stream.EndOfStreamException;
import io.anyio.stream.ObjectStream;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The messages of a Netty channel as a stream: what the pipeline has decoded is received, and what is sent goes through
 * the pipeline's encoders. {@link NettyRuntime#handler} makes one for each connection of a server, and
 * {@link NettyStreams} for clients.
 *
 * <pre>{@code
 * while (true) {
 *     HttpRequest request = connection.receive(HttpRequest.class);
 *     for (HttpContent part : connection.until(HttpContent.class, LastHttpContent.class)) {
 *         sink.write(part.content());
 *     }
 *     connection.send(answer(request));
 * }
 * }</pre>
 *
 * <h2>Who releases a message</h2>
 *
 * A received message belongs to the stream. It is valid until the next call that receives, or until the stream is
 * closed; then the stream releases it. To keep it longer or to send it on, call {@code retain()}, as in
 * {@code upstream.send(part.retain())}. A message that is sent belongs to the stream too, also if the call fails or is
 * cancelled.
 *
 * <h2>Back-pressure</h2>
 *
 * The channel is read while no more than 64 KiB wait to be received. If its option {@code AUTO_READ} is off when the
 * stream is made, it is read only while a task waits for a message. {@link #send} waits while the channel is not
 * writable, which the option {@code WRITE_BUFFER_WATER_MARK} decides. What tasks send is flushed once, when they let
 * the loop turn to I/O, so no flush is needed.
 *
 * <h2>Threads</h2>
 *
 * Methods that receive, send or flush are checkpoints, for tasks only. One task at a time may receive; any number may
 * send. All other methods may be called from any thread.
 *
 * <p>AnyIO has no counterpart; there, a stream wraps the transport and protocol of its backend.
 */
public final class MessageStream implements ObjectStream<Object> {
    private final ChannelMessages messages;
    private final OutboundMessages outbound; // of the messages
    private final Channel channel;

    MessageStream(ChannelMessages messages) {
        this.messages = messages;
        this.outbound = messages.outbound();
        this.channel = messages.channel();
    }

    // ---- receiving ----

    /**
     * Waits for the next message and returns it. A checkpoint. The message is valid until the next call that receives.
     * A cancelled call loses no message.
     *
     * @throws EndOfStreamException when the peer has closed the connection, or its output
     * @throws BrokenResourceException when the connection broke, or a handler of the pipeline has thrown, with that
     *     exception as the cause. In the second case the stream can still be used
     * @throws ClosedResourceException when the stream was closed on this side, also during the call
     * @throws BusyResourceException when another task is receiving
     */
    @Override
    public Object receive() {
        return messages.receive();
    }

    /**
     * Waits for the next message of this type and returns it, as {@link #receive()} does. Other messages before it are
     * dropped, such as the rest of a request body that was not received.
     */
    public <T> T receive(Class<T> type) {
        return messages.receive(Objects.requireNonNull(type, "type"));
    }

    /**
     * Returns the messages up to and including the first one of type {@code last}, for one loop over them, as in
     * {@code until(HttpContent.class, LastHttpContent.class)} for a request body. Each step receives the next message,
     * so it is a checkpoint, and the previous message is released. Messages of types other than {@code type} are
     * dropped.
     *
     * <p>If the message received last is itself of type {@code last}, such as a {@code FullHttpRequest}, which includes
     * its body, it is the only one.
     */
    public <T> Iterable<T> until(Class<T> type, Class<? extends T> last) {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(last, "last");
        return () -> new MessagesUntil<>(messages, type, last);
    }

    // ---- sending ----

    /**
     * Sends a message through the pipeline. A checkpoint: waits while the channel is not writable. When it returns, the
     * message may still be on its way; a failure is thrown by later calls, and closes the channel.
     *
     * <p>Releases the message if it throws, on the event loop.
     *
     * @throws BrokenResourceException when the connection broke, or an earlier message could not be written
     * @throws ClosedResourceException when the stream, or its sending side, was closed on this side
     */
    @Override
    public void send(Object message) {
        outbound.send(Objects.requireNonNull(message, "message"));
    }

    /**
     * Like {@link #send}, but does not wait. May be called from any thread. Not a checkpoint. If it throws, the message
     * still belongs to the caller.
     *
     * @throws WouldBlockException when the channel is not writable
     */
    public void sendNow(Object message) {
        if (!outbound.sendNow(Objects.requireNonNull(message, "message"))) {
            throw new WouldBlockException(channel + " is not writable; send() waits until it is");
        }
    }

    /**
     * Waits until the operating system has taken all that was sent before this call. A checkpoint. Not needed to make
     * messages leave.
     *
     * @throws BrokenResourceException when the connection broke, or a message could not be written
     * @throws ClosedResourceException when the stream, or its sending side, was closed on this side
     */
    public void flush() {
        outbound.flush();
    }

    /**
     * {@inheritDoc}
     *
     * <p>On a channel that is not a {@code DuplexChannel}, such as a stream of HTTP/2, this only refuses later
     * messages: its protocol has a message for the end.
     */
    @Override
    public void sendEof() {
        messages.sendEnd();
    }

    // ---- the channel ----

    /** Returns the channel. */
    public Channel channel() {
        return channel;
    }

    /**
     * Runs {@code change} on the loop's thread, for example to replace handlers, and returns its value. A checkpoint.
     * Messages sent before it have gone through the old pipeline. A cancelled call does not run the code, unless it has
     * begun.
     *
     * <p>Call this before the peer may send what the new handlers are to decode: for STARTTLS, before the answer that
     * invites the peer to begin.
     *
     * @throws BrokenResourceException when the event loop has ended
     */
    public <T extends @Nullable Object> T changePipeline(Function<? super ChannelPipeline, T> change) {
        Objects.requireNonNull(change, "change");
        return PipelineCall.await(channel, done -> change(change, done));
    }

    private <T extends @Nullable Object> void change(
            Function<? super ChannelPipeline, T> change, CompletableFuture<T> done) {
        try {
            outbound.writeOut();
            done.complete(change.apply(channel.pipeline()));
        } catch (Throwable failure) { // the caller gets it
            done.completeExceptionally(failure);
        }
    }

    /**
     * Returns this stream as a stream of bytes, for a pipeline that produces and accepts {@code ByteBuf}s. Both may be
     * used, but not by two tasks at once.
     */
    public ByteStream asBytes() {
        return new ChannelByteStream(messages);
    }

    /**
     * Closes the channel, after the messages sent before have been written, for which it does not wait. Messages that
     * were not received are released. Idempotent. May be called from any thread. Not a checkpoint.
     */
    @Override
    public void close() {
        messages.close();
    }

    /** Leaves the pipeline, but does not close the channel. Called on the loop's thread. */
    void leave() {
        messages.leave();
    }

    @Override
    public String toString() {
        return "MessageStream[" + channel + "]";
    }
}
