package io.anyio.netty;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * A pool of the batches of one loop. The last batch returned is the first reused: its memory is still in the caches. A
 * stream has a batch only from a send until its bytes are written. May be called from any thread; never waits.
 */
final class Batches {

    /** The capacity of a batch, in bytes. */
    static final int CAPACITY = 64 * 1024;

    private static final int SMALLEST = 4096;

    /**
     * The maximum number of pooled batches, allocated on demand in direct memory. Further batches come from the heap
     * and are not pooled. On io_uring a hundred channels may be about to read again, all holding back their answers.
     */
    private static final int KEPT = 512;

    private final AtomicReferenceArray<@Nullable Batch> slots = new AtomicReferenceArray<>(KEPT);
    private final AtomicInteger made = new AtomicInteger();
    private volatile int top; // a hint: after a race, a later call finds the batch

    /** Returns an empty batch with room for at least one byte and, if possible, for {@code wanted}. */
    Batch take(int wanted) {
        for (int i = Math.min(top, KEPT) - 1; i >= 0; i--) {
            Batch kept = slots.getAndSet(i, null);
            if (kept != null) {
                top = i;
                return kept;
            }
        }
        if (made.get() < KEPT && made.incrementAndGet() <= KEPT) {
            return new Batch(ByteBuffer.allocateDirect(CAPACITY));
        }
        return new Batch(ByteBuffer.allocate(Math.clamp(wanted, SMALLEST, CAPACITY)));
    }

    /** Returns a batch to the pool if Netty has released it. Called on the loop's thread. */
    void giveBackIfFree(Batch batch) {
        if (batch.isFree()) {
            giveBack(batch);
        } else {
            lose(batch);
        }
    }

    /** Returns an unused batch to the pool. */
    void giveBack(Batch batch) {
        if (!batch.isDirect()) {
            return;
        }
        batch.clear();
        int from = top;
        for (int i = 0; i < KEPT; i++) {
            int at = (from + i) % KEPT;
            if (slots.compareAndSet(at, null, batch)) {
                top = at + 1;
                return;
            }
        }
        lose(batch);
    }

    /** Records that a batch will not return to the pool. */
    void lose(Batch batch) {
        if (batch.isDirect()) {
            made.decrementAndGet();
        }
    }
}
