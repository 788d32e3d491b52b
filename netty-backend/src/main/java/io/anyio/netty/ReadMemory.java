package io.anyio.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;

/**
 * The memory into which all channels of one loop read, one after the other.
 *
 * <p>{@link Inbound} has copied the bytes before the next channel reads, so one piece of memory does for all: it stays
 * in the caches, nothing is allocated for a read, and an idle connection has no buffer. Not for io_uring, where every
 * channel hands a buffer to the system before there are bytes; see {@link ChannelReadBuffer}.
 */
final class ReadMemory extends ReadBuffers {
    /*
     * Plain memory of the JDK, as in Batch, behind a view that we keep a reference to. While somebody else has one too, as a
     * handler that holds on to a message, a read gets a buffer from the channel's allocator.
     */

    private final ByteBuf memory =
            Unpooled.wrappedBuffer(ByteBuffer.allocateDirect(LARGEST)).clear(); // loop only

    @Override
    boolean holds(ByteBuf message) {
        return message == memory;
    }

    /** Where a channel reads; Netty asks for it before each read, on the loop's thread. */
    private final class Reading extends MaxMessageHandle {
        @Override
        public ByteBuf allocate(ByteBufAllocator allocator) {
            return memory.refCnt() == 1 ? memory.clear().retain() : allocator.ioBuffer(LARGEST);
        }

        @Override
        public int guess() {
            return LARGEST;
        }
    }

    @Override
    @SuppressWarnings("deprecation") // the type's name, in a signature that is Netty's
    public Handle newHandle() {
        return new Reading();
    }
}
