package io.anyio.netty.buffer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/**
 * The read buffer of one channel, reused for all its reads. For transports where the system needs a buffer before there
 * are bytes, such as io_uring.
 *
 * <p>{@link InboundBuffer} has copied the bytes before the channel reads again. A buffer from Netty's pools would be
 * different memory for each read, which is in no cache. On transports that report readiness first,
 * {@link SharedReadAllocator} serves all channels of a loop.
 */
public final class ChannelReadAllocator extends ReadAllocator {

    private static final int SMALLEST = 2 * 1024;

    /** The number of consecutive small reads after which the buffer shrinks. */
    private static final int PATIENCE = 16;

    private int size = SMALLEST; // loop only
    private int smallReads; // loop only: consecutive ones
    private @Nullable ByteBuf kept; // loop only
    private boolean released; // loop only

    /** Returns the buffer of {@code channel}, which is released when the channel is closed. */
    public static ChannelReadAllocator of(Channel channel) {
        var buffer = new ChannelReadAllocator();
        channel.closeFuture().addListener(_ -> buffer.release());
        return buffer;
    }

    /** Supplies the memory; called by Netty before each read, on the loop's thread. */
    private final class Reading extends MaxMessageHandle {
        @Override
        public ByteBuf allocate(ByteBufAllocator allocator) {
            ByteBuf own = kept;
            if (released || (own != null && own.refCnt() > 1)) { // the bytes of an earlier read are still in use
                return allocator.ioBuffer(size);
            }
            if (own == null || own.capacity() != size) {
                drop();
                own = allocator.ioBuffer(size, size);
                kept = own;
            }
            return own.clear().retain();
        }

        @Override
        public int guess() {
            return size;
        }

        @Override
        public void lastBytesRead(int bytes) {
            super.lastBytesRead(bytes);
            if (bytes > 0) {
                adapt(bytes);
            }
        }
    }

    @Override
    @SuppressWarnings("deprecation") // Netty's signature names a deprecated type
    public Handle newHandle() {
        return new Reading();
    }

    @Override
    public boolean holds(ByteBuf message) {
        return message == kept;
    }

    private void adapt(int bytes) {
        if (bytes >= size) {
            size = Math.min(2 * size, LARGEST);
            smallReads = 0;
        } else if (bytes > size / 4) {
            smallReads = 0;
        } else if (++smallReads == PATIENCE) {
            size = Math.max(size / 2, SMALLEST);
            smallReads = 0;
        }
    }

    private void drop() {
        if (kept != null) {
            kept.release();
            kept = null;
        }
    }

    /** Releases the buffer of a closed channel; Netty keeps it while the system uses it. On the loop's thread. */
    void release() {
        released = true;
        drop();
    }
}
