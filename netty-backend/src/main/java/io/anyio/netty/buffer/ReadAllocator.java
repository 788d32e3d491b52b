package io.anyio.netty.buffer;

import io.netty.buffer.ByteBuf;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;

/** The allocator of the memory that a channel reads into. Netty calls it before each read. */
public abstract class ReadAllocator extends DefaultMaxMessagesRecvByteBufAllocator {

    /** The maximum number of bytes for one read. Netty's own adaptive buffers grow to the same size. */
    static final int LARGEST = 64 * 1024;

    /**
     * The number of reads of a channel before others have their turn. Bytes that a task sends in between go out in
     * larger writes; see {@code ChannelTransport.channelRead}. Netty uses 16, but has no tasks that run after each
     * read.
     */
    private static final int READS = 4;

    /** The number of bytes that a channel may read before others have their turn. */
    static final int PER_TURN = READS * LARGEST;

    ReadAllocator() {
        super(READS);
    }

    /** Returns whether {@code message} is as it was read, in memory of this allocator. */
    public abstract boolean holds(ByteBuf message);
}
