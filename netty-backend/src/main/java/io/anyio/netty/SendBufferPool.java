package io.anyio.netty;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * A pool of the send buffers of one loop. The last buffer returned is the first reused: its memory is still in the
 * caches. A stream has a buffer only from a send until its bytes are written. May be called from any thread; never
 * waits.
 */
final class SendBufferPool {

    /** The capacity of a buffer, in bytes. */
    static final int CAPACITY = 64 * 1024;

    private static final int SMALLEST = 4096;

    /**
     * The maximum number of pooled buffers, allocated on demand in direct memory. Further buffers come from the heap
     * and are not pooled. On io_uring a hundred channels may be about to read again, all holding back their answers.
     */
    private static final int KEPT = 512;

    private final AtomicReferenceArray<@Nullable SendBuffer> slots = new AtomicReferenceArray<>(KEPT);
    private final AtomicInteger made = new AtomicInteger();
    private volatile int top; // a hint: after a race, a later call finds the buffer

    /** Returns an empty buffer with room for at least one byte and, if possible, for {@code wanted}. */
    SendBuffer acquire(int wanted) {
        for (int i = Math.min(top, KEPT) - 1; i >= 0; i--) {
            SendBuffer kept = slots.getAndSet(i, null);
            if (kept != null) {
                top = i;
                return kept;
            }
        }
        if (made.get() < KEPT && made.incrementAndGet() <= KEPT) {
            return new SendBuffer(ByteBuffer.allocateDirect(CAPACITY));
        }
        return new SendBuffer(ByteBuffer.allocate(Math.clamp(wanted, SMALLEST, CAPACITY)));
    }

    /** Returns a buffer to the pool if Netty has released it. Called on the loop's thread. */
    void releaseIfFree(SendBuffer buffer) {
        if (buffer.isFree()) {
            release(buffer);
        } else {
            forget(buffer);
        }
    }

    /** Returns an unused buffer to the pool. */
    void release(SendBuffer buffer) {
        if (!buffer.isDirect()) {
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
    void forget(SendBuffer buffer) {
        if (buffer.isDirect()) {
            made.decrementAndGet();
        }
    }
}
