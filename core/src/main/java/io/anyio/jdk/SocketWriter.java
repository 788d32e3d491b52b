package io.anyio.jdk;

import io.anyio.lowlevel.SendQueue;
import io.anyio.spi.SendBuffer;
import io.anyio.spi.SendBufferPool;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** Writes the bytes of a {@link SendQueue} to a socket, as many as the system takes. Used by the loop's thread. */
final class SocketWriter {
    private final SocketChannel channel;
    private final SendQueue<ByteBuffer> queue;
    private final SendBufferPool<ByteBuffer> pool;
    private @Nullable SendBuffer<ByteBuffer> first; // partly written
    private final Deque<SendBuffer<ByteBuffer>> next = new ArrayDeque<>(1); // after the first

    SocketWriter(SocketChannel channel, SendQueue<ByteBuffer> queue, SendBufferPool<ByteBuffer> pool) {
        this.channel = channel;
        this.queue = queue;
        this.pool = pool;
    }

    /**
     * Writes what was queued before this call, or as much as the system takes. Bytes that a task adds meanwhile come
     * with a request of their own; otherwise a fast task could keep the loop here.
     */
    void writeOut() throws IOException {
        if (writeTaken()) {
            SendBuffer<ByteBuffer> newest = queue.takeAll();
            if (newest != null) {
                newest.forEachInOrder(next::add);
                writeTaken();
            }
        }
    }

    /**
     * Writes the buffers that were taken out of the queue. Returns false if the system does not take all. Bytes sent
     * then gather in the queue, because small sends would keep a buffer each.
     */
    private boolean writeTaken() throws IOException {
        for (SendBuffer<ByteBuffer> buffer = current(); buffer != null; buffer = current()) {
            ByteBuffer bytes = buffer.view();
            int count = bytes.hasRemaining() ? channel.write(bytes) : 0;
            boolean blocked = bytes.hasRemaining();
            if (!blocked) { // before the task is woken, which may need a buffer
                first = null;
                pool.release(buffer);
            }
            queue.written(count);
            if (blocked) {
                return false;
            }
        }
        return true;
    }

    /** Returns the buffer to write, or null if there is none. */
    private @Nullable SendBuffer<ByteBuffer> current() {
        if (first == null) {
            first = next.poll();
            if (first != null) {
                first.view().clear().limit(first.length());
            }
        }
        return first;
    }

    /** Returns whether bytes are left that the system did not take. */
    boolean isBlocked() {
        return first != null;
    }

    /** Drops all bytes. */
    void discard() {
        if (first != null) {
            pool.release(first);
            first = null;
        }
        next.forEach(pool::release);
        next.clear();
        queue.discard();
    }
}
