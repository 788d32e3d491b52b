package io.anyio.netty.message;

import io.anyio.Cancelled;
import io.anyio.lowlevel.Checkpoints;
import io.anyio.resource.BrokenResourceException;
import io.anyio.stream.ByteStream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufHolder;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;

/** The bytes of a stream of messages whose messages are buffers, or have content that is one. */
public final class ChannelByteStream implements ByteStream {
    /** The number of bytes that are copied and sent as one message. */
    private static final int PORTION = 64 * 1024;

    private final ChannelMessages messages;
    private long received; // the number of the message that has the rest; receiving task only
    private ByteBuf rest = Unpooled.EMPTY_BUFFER; // receiving task only
    private boolean cut; // sending task only

    /** The bytes of these messages. */
    public ChannelByteStream(ChannelMessages messages) {
        this.messages = messages;
    }

    @Override
    public byte[] receive(int max) {
        if (max < 1) {
            throw new IllegalArgumentException("The number of bytes to receive must be at least 1, not " + max);
        }
        ByteBuf from = holdReadable();
        try {
            byte[] bytes = new byte[Math.min(max, from.readableBytes())];
            from.readBytes(bytes);
            return bytes;
        } finally {
            messages.inbound().release();
        }
    }

    @Override
    public int receive(ByteBuffer target) {
        if (target.isReadOnly()) {
            throw new IllegalArgumentException("Cannot receive into a read-only buffer");
        }
        if (!target.hasRemaining()) {
            throw new IllegalArgumentException("Cannot receive into a full buffer; clear() or compact() it first");
        }
        ByteBuf from = holdReadable();
        int count = Math.min(target.remaining(), from.readableBytes());
        int limit = target.limit();
        target.limit(target.position() + count);
        try {
            from.readBytes(target);
        } finally {
            messages.inbound().release();
            target.limit(limit);
        }
        return count;
    }

    /**
     * Returns a buffer with at least one byte, and waits for one if there is none. It stays valid until it is released,
     * although another task may close the stream.
     */
    private ByteBuf holdReadable() {
        InboundMessages inbound = messages.inbound();
        if (rest.isReadable()) {
            Checkpoints.fast("receive bytes");
            if (inbound.hold(received)) {
                return rest;
            }
        }
        do {
            rest = Unpooled.EMPTY_BUFFER;
            rest = content(messages.receive());
            received = inbound.count();
        } while (!rest.isReadable() || !inbound.hold(received));
        return rest;
    }

    private static ByteBuf content(Object message) {
        if (message instanceof ByteBuf buffer) {
            return buffer;
        }
        if (message instanceof ByteBufHolder holder) {
            return holder.content();
        }
        throw new IllegalStateException("The pipeline has produced a "
                + message.getClass().getName() + ", which has no bytes; receive it from the MessageStream");
    }

    @Override
    public void send(byte[] bytes) {
        ByteBuffer source = ByteBuffer.wrap(bytes);
        if (cut) {
            throw new BrokenResourceException("An earlier send was cancelled in the middle, so the number of bytes"
                    + " sent is unknown; close the stream");
        }
        try {
            send(source);
        } catch (Cancelled c) {
            cut = source.position() > 0;
            throw c;
        }
    }

    @Override
    public void send(ByteBuffer bytes) {
        if (!bytes.hasRemaining()) {
            messages.outbound().send(Unpooled.EMPTY_BUFFER);
        }
        while (bytes.hasRemaining()) {
            int count = Math.min(bytes.remaining(), PORTION);
            messages.outbound().send(Unpooled.copiedBuffer(bytes.slice(bytes.position(), count)));
            bytes.position(bytes.position() + count);
        }
    }

    @Override
    public void sendEof() {
        messages.sendEnd();
    }

    @Override
    public void close() {
        messages.close();
    }

    @Override
    public String toString() {
        return "ChannelByteStream[" + messages.channel() + "]";
    }
}
