package io.anyio.netty.buffer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;

/**
 * The memory into which all channels of one loop read, one after the other.
 *
 * <p>{@link InboundBuffer} has copied the bytes before the next channel reads, so one piece of memory serves all
 * channels: it stays in the caches, no read allocates, and an idle connection has no buffer. Not for io_uring, where
 * each channel gives a buffer to the system before there are bytes; see {@link ChannelReadAllocator}.
 */
public final class SharedReadAllocator extends ReadAllocator {
    /*
     * The memory is the JDK's, as in SendBuffer, wrapped in a buffer of which this class keeps one reference. While other
     * code has one too, such as a handler that keeps a message, a read gets a buffer from the channel's allocator.
     */

    private final ByteBuf memory =
            Unpooled.wrappedBuffer(ByteBuffer.allocateDirect(LARGEST)).clear(); // loop only

    @Override
    public boolean holds(ByteBuf message) {
        return message == memory;
    }

    /** Supplies the memory; called by Netty before each read, on the loop's thread. */
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
    @SuppressWarnings("deprecation") // Netty's signature names a deprecated type
    public Handle newHandle() {
        return new Reading();
    }
}
