package io.anyio.netty.buffer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;

/**
 * The bytes that a channel has read beyond the buffer of the waiting task. They are lent to that task in Netty's own
 * buffer while the task runs immediately after the read. A task with a small buffer usually requests the rest
 * immediately, and gets it from the caches without a copy in between. The bytes left afterwards go into the queue.
 */
final class BorrowedReadBuffer {
    /*
     * Both sides acquire the bytes by CAS. A side that finds them acquired by the other waits for the end of that one
     * copy. This can happen only where tasks run in parallel to the loop's thread. Bytes that are taken back are in the
     * queue before the state says that nothing is lent. So a reader looks here first and in the queue afterwards.
     */

    private static final VarHandle STATE = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "state", VarHandle.class, BorrowedReadBuffer.class, int.class);

    private static final byte[] NONE = {};

    private static final int NOTHING = 0;
    private static final int LENT = 1;
    private static final int ACQUIRED = 2;

    private volatile int state;
    private ByteBuf bytes =
            Unpooled.EMPTY_BUFFER; // owned by the side that has acquired it, and by the loop while nothing is lent

    boolean isEmpty() {
        return state == NOTHING;
    }

    // ---- the loop's side ----

    /** Lends the readable bytes of {@code message} until they are taken back. */
    void lend(ByteBuf message) {
        bytes = message;
        state = LENT;
    }

    /** Moves the bytes that the task has not taken into {@code queue}. */
    void takeBack(ByteQueue queue) {
        if (!acquire()) {
            return;
        }
        try {
            queue.add(bytes);
        } finally { // the buffer is about to be released in any case
            bytes = Unpooled.EMPTY_BUFFER;
            state = NOTHING;
        }
    }

    // ---- the task's side ----

    /** Removes as many bytes as fit into {@code into}; returns 0 when nothing is lent. */
    int read(ByteBuffer into) {
        if (!acquire()) {
            return 0;
        }
        try {
            return copy(bytes, into);
        } finally {
            release();
        }
    }

    /** Removes at most {@code max} bytes; returns an empty array when nothing is lent. */
    byte[] take(int max) {
        if (!acquire()) {
            return NONE;
        }
        try {
            var part = new byte[Math.min(max, bytes.readableBytes())];
            bytes.readBytes(part);
            return part;
        } finally {
            release();
        }
    }

    /** Returns the number of lent bytes. */
    int length() {
        if (!acquire()) {
            return 0;
        }
        try {
            return bytes.readableBytes();
        } finally {
            release();
        }
    }

    // ---- both ----

    private boolean acquire() {
        for (int now = state; now != NOTHING; now = state) {
            if (now == LENT && STATE.compareAndSet(this, LENT, ACQUIRED)) {
                return true;
            }
            Thread.onSpinWait();
        }
        return false;
    }

    private void release() {
        state = bytes.isReadable() ? LENT : NOTHING;
    }

    /**
     * Copies as many bytes as fit, with a method of the JDK that checks the access of this thread.
     *
     * @throws WrongThreadException if the memory of {@code into} is confined to another thread
     * @throws IllegalStateException if that memory was freed
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
