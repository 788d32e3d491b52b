package io.anyio.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/**
 * The memory into which one channel reads, again and again, where the system wants a buffer before there are bytes, as
 * io_uring does.
 *
 * <p>{@link Inbound} has copied the bytes before the channel reads on. A buffer from Netty's pools for each read would
 * be another piece of memory each time, which no cache knows. Where readiness comes first, {@link ReadMemory} serves
 * all channels of a loop.
 */
final class ChannelReadBuffer extends ReadBuffers {

    private static final int SMALLEST = 2 * 1024;

    /** After so many small reads in a row it shrinks. */
    private static final int PATIENCE = 16;

    private int size = SMALLEST; // loop only
    private int smallReads; // loop only: in a row
    private @Nullable ByteBuf kept; // loop only
    private boolean released; // loop only

    /** For this channel, until it is closed. */
    static ChannelReadBuffer of(Channel channel) {
        var buffer = new ChannelReadBuffer();
        channel.closeFuture().addListener(_ -> buffer.release());
        return buffer;
    }

    /** Where the channel reads; Netty asks for it before each read, on the loop's thread. */
    private final class Reading extends MaxMessageHandle {
        @Override
        public ByteBuf allocate(ByteBufAllocator allocator) {
            ByteBuf own = kept;
            if (released || (own != null && own.refCnt() > 1)) { // somebody holds on to what was read
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
    @SuppressWarnings("deprecation") // the type's name, in a signature that is Netty's
    public Handle newHandle() {
        return new Reading();
    }

    @Override
    boolean holds(ByteBuf message) {
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

    /** The channel is closed. The system may still have the buffer; Netty gives it back then. On the loop's thread. */
    void release() {
        released = true;
        drop();
    }
}
