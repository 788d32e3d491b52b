package io.anyio.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;

/** The memory that a channel reads into; Netty asks for it before each read. */
abstract class ReadBuffers extends DefaultMaxMessagesRecvByteBufAllocator {

    /** Bytes for one read at most; Netty's own adaptive buffers grow up to as much. */
    static final int LARGEST = 64 * 1024;

    /**
     * How often a channel may read before others have their turn. What a task sends in between goes out in larger
     * writes; see {@link ChannelTransport#read}. Netty has 16, but no tasks that run behind each read.
     */
    private static final int READS = 4;

    /** Bytes that a channel may read before others have their turn. */
    static final int PER_TURN = READS * LARGEST;

    ReadBuffers() {
        super(READS);
    }

    /** Whether {@code message} is as it was read, in memory of ours. */
    abstract boolean holds(ByteBuf message);
}
