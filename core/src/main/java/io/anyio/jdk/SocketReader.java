package io.anyio.jdk;

import io.anyio.spi.SendBuffer;
import io.anyio.spi.SendBufferPool;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * The input of a {@link ConnectedSocket}. One task at a time reads from the system, when the loop has reported input.
 */
final class SocketReader {
    /** The maximum number of bytes of one read: the JDK copies them through memory of this size outside of the heap. */
    private static final int PORTION = 64 * 1024;

    private final SocketChannel channel;
    private final ConnectedSocket connection;
    private final Readiness input;
    private final SendBufferPool<ByteBuffer> pool;
    private @Nullable ByteBuffer ahead; // task only: bytes that were read and not returned yet
    private boolean atEnd; // task only: the input has ended in order
    private volatile boolean ended; // set once by the task: at the end, or at a failure

    SocketReader(SocketChannel channel, ConnectedSocket connection, Readiness input, SendBufferPool<ByteBuffer> pool) {
        this.channel = channel;
        this.connection = connection;
        this.input = input;
        this.pool = pool;
    }

    /** Returns whether the task has read everything. May be called from any thread. */
    boolean hasEnded() {
        return ended;
    }

    /** See {@link ConnectedSocket#receive(ByteBuffer)}. */
    int receive(ByteBuffer target) throws IOException {
        int count = read(target);
        while (count == 0 && awaitInput()) {
            count = Math.max(0, readNow(target));
        }
        return count == 0 ? -1 : count;
    }

    /** See {@link ConnectedSocket#receive(int)}. */
    byte @Nullable [] receive(int max) throws IOException {
        if (ahead != null) {
            return takeAhead(max);
        }
        while (awaitInput()) {
            byte[] bytes = readNow(max);
            if (bytes != null) {
                return bytes;
            }
        }
        return null;
    }

    /** Reads at most {@code max} bytes. Returns null if there are none now. */
    private byte @Nullable [] readNow(int max) throws IOException {
        SendBuffer<ByteBuffer> memory = pool.acquire(max);
        ByteBuffer view = memory.view().clear();
        int count;
        try {
            count = readNow(view.limit(Math.min(max, view.limit())));
        } catch (Throwable notRead) {
            pool.release(memory);
            throw notRead;
        }
        byte[] bytes = null;
        if (count > 0) {
            view.flip();
            try {
                bytes = new byte[count];
            } catch (OutOfMemoryError full) { // a later call returns the bytes
                ahead = view;
                pool.forget(memory);
                throw full;
            }
            view.get(bytes);
        }
        pool.release(memory);
        return bytes;
    }

    /** See {@link ConnectedSocket#awaitReadable}. */
    int awaitReadable() throws IOException {
        ByteBuffer known = ahead;
        if (known == null) {
            byte[] bytes = receive(PORTION);
            if (bytes == null) {
                return -1;
            }
            known = ByteBuffer.wrap(bytes);
            ahead = known;
        }
        checkOpen();
        return known.remaining();
    }

    /** See {@link ConnectedSocket#read}. */
    int read(ByteBuffer target) throws IOException {
        checkOpen();
        ByteBuffer known = ahead;
        if (known == null) {
            return 0;
        }
        int count = Math.min(known.remaining(), target.remaining());
        target.put(target.position(), known, known.position(), count).position(target.position() + count);
        if (count == known.remaining()) {
            ahead = null;
        } else {
            known.position(known.position() + count);
        }
        return count;
    }

    /** Returns at most {@code max} of the bytes that were read ahead. */
    private byte[] takeAhead(int max) throws IOException {
        byte[] bytes = new byte[Math.min(awaitReadable(), max)];
        read(ByteBuffer.wrap(bytes));
        return bytes;
    }

    private void checkOpen() throws IOException {
        if (connection.isClosing()) {
            throw new ClosedChannelException();
        }
    }

    /** Waits until a read may succeed. Returns false at the orderly end of the stream. */
    private boolean awaitInput() throws IOException {
        while (true) {
            checkOpen();
            if (atEnd) {
                return false;
            }
            if (ended || connection.isGone()) {
                throw connection.whyBroken();
            }
            if (input.take()) {
                return true;
            }
            input.await("receive", () -> connection.isClosing() || connection.isGone());
        }
    }

    /** Reads what fits, at most {@link #PORTION}. Returns 0 if there is nothing, and -1 at the end. */
    private int readNow(ByteBuffer target) throws IOException {
        int limit = target.limit();
        int wanted = Math.min(target.remaining(), PORTION);
        int count;
        try {
            count = channel.read(target.limit(target.position() + wanted));
        } catch (ClosedChannelException _) {
            return 0; // the caller finds out why
        } catch (IOException broken) {
            connection.breakWith(broken);
            count = -1;
        } catch (VirtualMachineError full) { // bytes may be lost between the system and the target
            connection.breakWith(SocketErrors.unexpected(full));
            endInput();
            throw full;
        } catch (Throwable notRead) { // memory that is not accessible, for example
            input.putBack();
            throw notRead;
        } finally {
            target.limit(limit);
        }
        if (count == wanted) {
            input.putBack(); // there may be more
        } else if (count < 0) {
            endInput();
        }
        return count;
    }

    /** Handles the end of the input, which is an orderly one unless a read or a write has failed. */
    private void endInput() {
        // the system reports a reset only once, perhaps to the write that is under way on the loop's thread
        while (connection.isWriting() && !connection.isBroken()) {
            Thread.onSpinWait();
        }
        atEnd = !connection.isBroken();
        ended = true;
        if (connection.isBroken()) {
            connection.requestRun(); // which closes the channel
        }
    }
}
