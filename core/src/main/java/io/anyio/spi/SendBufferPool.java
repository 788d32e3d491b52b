package io.anyio.spi;

import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A pool of the send buffers of one loop. The last buffer returned is the first reused: its memory is still in the
 * caches. A stream has a buffer only from a send until its bytes are written, so idle connections have none.
 *
 * <p>The holder of a buffer returns it by {@link #release}, or calls {@link #forget} if it cannot be reused. May be
 * called from any thread; never waits.
 *
 * <p>AnyIO has no counterpart.
 *
 * @param <V> the type of the backend's view of the memory
 */
public final class SendBufferPool<V> {

    /** The largest number of bytes in a buffer. */
    public static final int CAPACITY = 64 * 1024;

    private static final int SMALLEST = 4096;

    /**
     * The maximum number of pooled buffers, allocated on demand in direct memory. Further buffers come from the heap
     * and are not pooled. On io_uring a hundred channels may be about to read again, all holding back their answers.
     */
    private static final int KEPT = 512;

    private final Function<? super ByteBuffer, ? extends V> view;
    private final AtomicReferenceArray<@Nullable SendBuffer<V>> slots = new AtomicReferenceArray<>(KEPT);
    private final AtomicInteger made = new AtomicInteger();
    private volatile int top; // a hint: after a race, a later call finds the buffer

    private SendBufferPool(Function<? super ByteBuffer, ? extends V> view) {
        this.view = view;
    }

    /**
     * Creates an empty pool.
     *
     * @param view creates the backend's view of the memory of a new buffer, such as a wrapper of its own type
     */
    public static <V> SendBufferPool<V> create(Function<? super ByteBuffer, ? extends V> view) {
        return new SendBufferPool<>(Objects.requireNonNull(view, "view"));
    }

    /** Returns an empty buffer with room for at least one byte and, if possible, for {@code wanted}. */
    public SendBuffer<V> acquire(int wanted) {
        for (int i = Math.min(top, KEPT) - 1; i >= 0; i--) {
            SendBuffer<V> kept = slots.getAndSet(i, null);
            if (kept != null) {
                top = i;
                return kept;
            }
        }
        if (made.get() < KEPT) {
            if (made.incrementAndGet() <= KEPT) {
                return createPooled();
            }
            made.decrementAndGet(); // another thread was faster
        }
        return create(ByteBuffer.allocate(Math.clamp(wanted, SMALLEST, CAPACITY)));
    }

    private SendBuffer<V> createPooled() {
        try {
            return create(ByteBuffer.allocateDirect(CAPACITY));
        } catch (Throwable notCreated) { // for example, no direct memory
            made.decrementAndGet();
            throw notCreated;
        }
    }

    private SendBuffer<V> create(ByteBuffer memory) {
        return new SendBuffer<>(memory, view.apply(memory));
    }

    /** Takes back a buffer to which no other code has access any more. Its bytes are dropped. */
    public void release(SendBuffer<V> buffer) {
        if (!buffer.isPooled()) {
            return;
        }
        buffer.clear();
        int from = top;
        for (int i = 0; i < KEPT; i++) {
            int at = (from + i) % KEPT;
            if (slots.compareAndSet(at, null, buffer)) {
                top = at + 1;
                return;
            }
        }
        forget(buffer);
    }

    /** Records that a buffer will not return to the pool. */
    public void forget(SendBuffer<V> buffer) {
        if (buffer.isPooled()) {
            made.decrementAndGet();
        }
    }
}
