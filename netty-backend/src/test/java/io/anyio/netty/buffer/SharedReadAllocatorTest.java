package io.anyio.netty.buffer;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator.ExtendedHandle;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests that the memory shared by a loop's reads is never in use twice at a time, and how often a channel reads. */
@Tag("once")
class SharedReadAllocatorTest {
    private final SharedReadAllocator memory = new SharedReadAllocator();

    @Test
    void readsShareTheMemoryOneAfterTheOther() {
        ByteBuf first = read().writeInt(42);
        first.release();
        ByteBuf second = read();
        assertThat(second).isSameAs(first);
        assertThat(second.readableBytes()).isZero(); // the first one's bytes are gone
        second.release();
    }

    @Test
    void whoKeepsAMessageKeepsItsBytes() {
        ByteBuf kept = read().writeInt(42);
        ByteBuf next = read().writeInt(43);
        assertThat(next).isNotSameAs(kept);
        assertThat(kept.readInt()).isEqualTo(42);
        next.release();
        kept.release();
    }

    /** A channel with more data reads on, so that data sent in between goes out together; but not for ever. */
    @Test
    void aChannelReadsOnAFewTimesWhileThereIsMore() {
        var handle = (ExtendedHandle) memory.newHandle();
        assertThat(reads(handle, 100)).isEqualTo(1);
        assertThat(reads(handle, 64 * 1024)).isEqualTo(4);
    }

    private static int reads(ExtendedHandle handle, int bytes) {
        handle.reset(new EmbeddedChannel().config());
        int reads = 0;
        do {
            ByteBuf message = handle.allocate(ByteBufAllocator.DEFAULT);
            handle.attemptedBytesRead(message.writableBytes());
            handle.lastBytesRead(bytes);
            handle.incMessagesRead(1);
            message.release();
            reads++;
        } while (handle.continueReading());
        return reads;
    }

    private ByteBuf read() {
        return memory.newHandle().allocate(ByteBufAllocator.DEFAULT);
    }
}
