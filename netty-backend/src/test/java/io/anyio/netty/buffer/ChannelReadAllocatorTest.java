package io.anyio.netty.buffer;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator.ExtendedHandle;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests that a channel's memory is reused, adapts its size, is never handed out twice, and is released in the end. */
@Tag("once")
class ChannelReadAllocatorTest {
    private final ChannelReadAllocator buffer = new ChannelReadAllocator();
    private final ExtendedHandle handle = (ExtendedHandle) buffer.newHandle();

    private ByteBuf read(int bytes) {
        ByteBuf memory = handle.allocate(ByteBufAllocator.DEFAULT);
        memory.writerIndex(Math.min(bytes, memory.capacity()));
        handle.lastBytesRead(memory.readableBytes());
        return memory;
    }

    @Test
    void readsUseTheSameMemoryOneAfterTheOther() {
        ByteBuf first = read(100);
        first.release();
        ByteBuf second = read(100);
        assertThat(second).isSameAs(first);
        second.release();
        buffer.release();
        assertThat(first.refCnt()).isZero();
    }

    @Test
    void itGrowsWithWhatComesAndShrinksAgain() {
        for (int i = 0; i < 10; i++) {
            read(1_000_000).release();
        }
        assertThat(handle.guess()).isEqualTo(64 * 1024);
        for (int i = 0; i < 200; i++) {
            read(10).release();
        }
        assertThat(handle.guess()).isEqualTo(2 * 1024);
        buffer.release();
    }

    /**
     * As {@link SharedReadAllocator}: one read per turn of the loop would leave all bytes cold in the caches, and
     * writes small.
     */
    @Test
    void aChannelReadsOnAFewTimesWhileThereIsMore() {
        handle.reset(new EmbeddedChannel().config());
        int reads = 0;
        do {
            handle.attemptedBytesRead(handle.guess());
            ByteBuf message = read(handle.guess());
            assertThat(buffer.holds(message)).isTrue();
            handle.incMessagesRead(1);
            message.release();
            reads++;
        } while (handle.continueReading());
        assertThat(reads).isEqualTo(4);
        buffer.release();
    }

    @Test
    void whoKeepsAMessageKeepsItsBytes() {
        ByteBuf kept = read(4).setInt(0, 42);
        ByteBuf next = read(4).setInt(0, 43);
        assertThat(kept.getInt(0)).isEqualTo(42);
        next.release();
        kept.release();
        buffer.release();
        assertThat(kept.refCnt()).isZero();
    }

    @Test
    void aReadThatIsUnderWayWhenTheChannelIsClosedKeepsItsMemory() {
        ByteBuf underWay = handle.allocate(ByteBufAllocator.DEFAULT);
        buffer.release();
        assertThat(underWay.refCnt()).isOne();
        underWay.release();
        ByteBuf late = handle.allocate(ByteBufAllocator.DEFAULT);
        assertThat(late.refCnt()).isOne();
        late.release();
    }
}
