package io.anyio.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Tests that buffers are reused, that their number is limited, and that linked buffers keep their order. */
class SendBufferPoolTest {
    private static final int POOLED = 512;

    private final List<ByteBuffer> views = new ArrayList<>();
    private final SendBufferPool<ByteBuffer> pool = SendBufferPool.create(memory -> {
        ByteBuffer view = memory.duplicate();
        views.add(view);
        return view;
    });

    @Test
    void theLastBufferReturnedIsTheFirstReused() {
        SendBuffer<ByteBuffer> one = pool.acquire(1);
        SendBuffer<ByteBuffer> two = pool.acquire(1);
        assertThat(two).isNotSameAs(one);
        pool.release(two);
        pool.release(one);
        assertThat(pool.acquire(1)).isSameAs(one);
        assertThat(pool.acquire(1)).isSameAs(two);
        assertThat(views).hasSize(2);
    }

    @Test
    void aReusedBufferIsEmpty() {
        SendBuffer<ByteBuffer> buffer = pool.acquire(3);
        buffer.add(ByteBuffer.wrap(new byte[3]), 3);
        assertThat(buffer.length()).isEqualTo(3);
        pool.release(buffer);
        SendBuffer<ByteBuffer> again = pool.acquire(3);
        assertThat(again.length()).isZero();
        assertThat(again.room()).isEqualTo(SendBufferPool.CAPACITY);
    }

    @Test
    void buffersBeyondTheMaximumAreSmallAndNotReused() {
        List<SendBuffer<ByteBuffer>> pooled = new ArrayList<>();
        for (int i = 0; i < POOLED; i++) {
            pooled.add(pool.acquire(1));
        }
        SendBuffer<ByteBuffer> extra = pool.acquire(1);
        assertThat(extra.view().isDirect()).isFalse();
        assertThat(extra.room()).isLessThan(SendBufferPool.CAPACITY);
        assertThat(pool.acquire(1 << 20).room()).isEqualTo(SendBufferPool.CAPACITY);
        pool.release(extra);
        pool.release(pooled.getFirst());
        assertThat(pool.acquire(1)).isSameAs(pooled.getFirst());
    }

    @Test
    void aForgottenBufferMakesRoomForANewOne() {
        SendBuffer<ByteBuffer> first = pool.acquire(1);
        for (int i = 1; i < POOLED; i++) {
            var _ = pool.acquire(1);
        }
        pool.forget(first);
        assertThat(pool.acquire(1).view().isDirect()).isTrue();
        assertThat(pool.acquire(1).view().isDirect()).isFalse();
    }

    @Test
    void thePlacesOfBuffersInUseAreRecordedOnRequest() {
        SendBuffer<ByteBuffer> before = pool.acquire(1);
        Supplier<List<Throwable>> places = pool.recordPlaces();
        SendBuffer<ByteBuffer> one = pool.acquire(1);
        SendBuffer<ByteBuffer> two = pool.acquire(1);
        assertThat(places.get())
                .hasSize(2)
                .allSatisfy(place -> assertThat(place.getStackTrace())
                        .anyMatch(
                                frame -> frame.getMethodName().equals("thePlacesOfBuffersInUseAreRecordedOnRequest")));
        pool.release(before);
        pool.release(one);
        assertThat(places.get()).hasSize(1);
        pool.forget(two);
        assertThat(places.get()).isEmpty();
        for (int i = 0; i < POOLED + 1; i++) {
            var _ = pool.acquire(1);
        }
        assertThat(places.get()).hasSize(POOLED); // the last is not pooled
    }

    @Test
    void theViewShowsTheBytesThatWereAdded() {
        SendBuffer<ByteBuffer> buffer = pool.acquire(8);
        ByteBuffer source = ByteBuffer.wrap(new byte[] {1, 2, 3, 4});
        buffer.add(source, 3);
        assertThat(source.remaining()).isOne();
        buffer.add(source, 1);
        var written = new byte[4];
        buffer.view().get(0, written);
        assertThat(written).containsExactly(1, 2, 3, 4);
        assertThat(buffer.length()).isEqualTo(4);
    }

    @Test
    void linkedBuffersComeOutInOrderAndAreUnlinked() {
        SendBuffer<ByteBuffer> one = pool.acquire(1).after(null);
        SendBuffer<ByteBuffer> two = pool.acquire(1).after(one);
        SendBuffer<ByteBuffer> three = pool.acquire(1).after(two);
        assertThat(three.count()).isEqualTo(3);
        List<SendBuffer<ByteBuffer>> written = new ArrayList<>();
        three.forEachInOrder(written::add);
        assertThat(written).containsExactly(one, two, three);
        assertThat(three.count()).isOne();
    }
}
