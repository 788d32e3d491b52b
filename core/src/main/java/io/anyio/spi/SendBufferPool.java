package io.anyio.spi;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;
import java.util.function.Supplier;
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
    private volatile @Nullable Map<SendBuffer<V>, Throwable> places; // of the buffers in use; set by recordPlaces()

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
        SendBuffer<V> buffer = take(wanted);
        Map<SendBuffer<V>, Throwable> recorded = places;
        if (recorded != null && buffer.isPooled()) {
            recorded.put(buffer, new Throwable("acquired here"));
        }
        return buffer;
    }

    private SendBuffer<V> take(int wanted) {
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
        dropPlace(buffer);
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

    /** Returns the number of pooled buffers that have been acquired and not given back. For leak checks. */
    public int inUse() {
        int kept = 0;
        for (int i = 0; i < KEPT; i++) {
            kept += slots.get(i) == null ? 0 : 1;
        }
        return Math.max(0, made.get() - kept); // two reads: a buffer may have moved in between
    }

    /**
     * Records from now on where pooled buffers are acquired. Without this call, that costs one read of a field.
     *
     * @return returns the places of those in use, as stack traces
     */
    public Supplier<List<Throwable>> recordPlaces() {
        Map<SendBuffer<V>, Throwable> recorded = new ConcurrentHashMap<>();
        places = recorded;
        return () -> List.copyOf(recorded.values());
    }

    private void dropPlace(SendBuffer<V> buffer) {
        Map<SendBuffer<V>, Throwable> recorded = places;
        if (recorded != null) {
            var _ = recorded.remove(buffer);
        }
    }

    /** Records that a buffer will not return to the pool. */
    public void forget(SendBuffer<V> buffer) {
        if (buffer.isPooled()) {
            dropPlace(buffer);
            made.decrementAndGet();
        }
    }
}
