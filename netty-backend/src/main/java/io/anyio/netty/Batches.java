package io.anyio.netty;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The batches of one loop, used again and again, the last one first, because its memory is still in the caches. A
 * stream has one only between a send and the end of its writing. Any thread; never waits.
 */
final class Batches {

    /** Room in a batch. */
    static final int CAPACITY = 64 * 1024;

    private static final int SMALLEST = 4096;

    /**
     * Batches in direct memory, made when needed; when all are in use, the next ones come from the heap and are not
     * kept. On io_uring a hundred channels may be about to read on at the same time, and hold back what they answer.
     */
    private static final int KEPT = 512;

    private final AtomicReferenceArray<@Nullable Batch> slots = new AtomicReferenceArray<>(KEPT);
    private final AtomicInteger made = new AtomicInteger();
    private volatile int top; // a hint: races leave a batch to be found later

    /** An empty batch for at least one byte and, if possible, for {@code wanted}. */
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

    /** Gives back a batch if Netty has let go of it. On the loop only. */
    void giveBackIfFree(Batch batch) {
        if (batch.isFree()) {
            giveBack(batch);
        } else {
            lose(batch);
        }
    }

    /** Gives back a batch that nobody uses any more. */
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

    /** This batch will not come back. */
    void lose(Batch batch) {
        if (batch.isDirect()) {
            made.decrementAndGet();
        }
    }
}
