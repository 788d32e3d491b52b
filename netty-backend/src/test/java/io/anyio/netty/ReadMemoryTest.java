package io.anyio.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The memory that all reads of a loop share is never handed out twice at a time. */
@Tag("once")
class ReadMemoryTest {
    private final ReadMemory memory = new ReadMemory();

    @Test
    void readsShareTheMemoryOneAfterTheOther() {
        ByteBuf first = read().writeInt(42);
        first.release();
        ByteBuf second = read();
        assertThat(second).isSameAs(first);
        assertThat(second.readableBytes()).isZero(); // what the first one left behind is gone
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

    private ByteBuf read() {
        return memory.newHandle().allocate(ByteBufAllocator.DEFAULT);
    }
}
