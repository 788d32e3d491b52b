package io.anyio.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;

/**
 * What a channel has read beyond the buffer of the task that waited for it, lent to that task in Netty's own buffer
 * while it runs right behind the read. A task with a small buffer mostly comes back for the rest at once, and gets it
 * without a copy in between, out of the caches. What is left afterwards goes into the queue.
 */
final class LentBytes {
    /*
     * Both sides take the bytes in hand by CAS, and whoever finds them in the other's hand waits for the end of that one
     * copy: this can only happen where tasks run beside the loop's thread. Bytes that are taken back are in the queue before
     * the state says that nothing is lent, so who looks for bytes looks here first and into the queue afterwards.
     */

    private static final VarHandle STATE = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "state", VarHandle.class, LentBytes.class, int.class);

    private static final byte[] NONE = {};

    private static final int NOTHING = 0;
    private static final int LENT = 1;
    private static final int IN_HAND = 2;

    private volatile int state;
    private ByteBuf bytes =
            Unpooled.EMPTY_BUFFER; // owned by whoever has it in hand, and by the loop while nothing is lent

    boolean isEmpty() {
        return state == NOTHING;
    }

    // ---- the loop's side ----

    /** Lends what can be read of {@code message}, until it is taken back. */
    void lend(ByteBuf message) {
        bytes = message;
        state = LENT;
    }

    /** Puts into {@code queue} what the task has not taken. */
    void takeBack(ByteQueue queue) {
        if (!takeInHand()) {
            return;
        }
        try {
            queue.add(bytes);
        } finally { // the buffer is about to be released, whatever happens
            bytes = Unpooled.EMPTY_BUFFER;
            state = NOTHING;
        }
    }

    // ---- the task's side ----

    /** Takes out as much as fits; 0 when nothing is lent. */
    int read(ByteBuffer into) {
        if (!takeInHand()) {
            return 0;
        }
        try {
            return copy(bytes, into);
        } finally {
            letGo();
        }
    }

    /** Takes out at most {@code max}; an empty array when nothing is lent. */
    byte[] take(int max) {
        if (!takeInHand()) {
            return NONE;
        }
        try {
            var part = new byte[Math.min(max, bytes.readableBytes())];
            bytes.readBytes(part);
            return part;
        } finally {
            letGo();
        }
    }

    /** How many bytes are lent. */
    int length() {
        if (!takeInHand()) {
            return 0;
        }
        try {
            return bytes.readableBytes();
        } finally {
            letGo();
        }
    }

    // ---- both ----

    private boolean takeInHand() {
        for (int now = state; now != NOTHING; now = state) {
            if (now == LENT && STATE.compareAndSet(this, LENT, IN_HAND)) {
                return true;
            }
            Thread.onSpinWait();
        }
        return false;
    }

    private void letGo() {
        state = bytes.isReadable() ? LENT : NOTHING;
    }

    /**
     * Copies as much as fits, by means of the JDK's, which see to it that this thread may.
     *
     * @throws WrongThreadException when the memory of {@code into} is confined to another thread
     * @throws IllegalStateException when that memory is gone
     */
    static int copy(ByteBuf from, ByteBuffer into) {
        int count = Math.min(from.readableBytes(), into.remaining());
        ByteBuffer bytes = from.nioBufferCount() == 1
                ? from.internalNioBuffer(from.readerIndex(), count)
                : from.nioBuffer(from.readerIndex(), count);
        into.put(bytes);
        from.skipBytes(count);
        return count;
    }
}
