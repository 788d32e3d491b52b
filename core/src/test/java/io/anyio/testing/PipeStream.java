package io.anyio.testing;

import io.anyio.WouldBlockException;
import io.anyio.lowlevel.Checkpoints;
import io.anyio.resource.BrokenResourceException;
import io.anyio.resource.ClosedResourceException;
import io.anyio.resource.ResourceGuard;
import io.anyio.select.Select;
import io.anyio.select.SelectClause;
import io.anyio.stream.ByteStream;
import io.anyio.stream.EndOfStreamException;
import io.anyio.stream.MemoryObjectStream;
import io.anyio.stream.MemoryReceiveStream;
import io.anyio.stream.MemorySendStream;
import io.anyio.sync.Event;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** A byte stream in memory, with little room, for the contracts. */
final class PipeStream implements ByteStream {
    private static final int ROOM = 2000;

    private final MemoryReceiveStream<Byte> in;
    private final MemorySendStream<Byte> out;
    private final ResourceGuard receiving = ResourceGuard.create("receiving from");
    private final ResourceGuard sending = ResourceGuard.create("sending to");
    private final Event closed = Event.create();
    private volatile boolean cut; // written by a task that sends

    private PipeStream(MemoryReceiveStream<Byte> in, MemorySendStream<Byte> out) {
        this.in = in;
        this.out = out;
    }

    /** Returns two connected streams. */
    static StreamPair<PipeStream, PipeStream> pair() {
        var there = MemoryObjectStream.<Byte>create(ROOM);
        var back = MemoryObjectStream.<Byte>create(ROOM);
        return new StreamPair<>(
                new PipeStream(back.receiver(), there.sender()), new PipeStream(there.receiver(), back.sender()));
    }

    @Override
    public byte[] receive(int max) {
        if (max < 1) {
            throw new IllegalArgumentException("The number of bytes to receive must be at least 1, not " + max);
        }
        ByteBuffer target = ByteBuffer.allocate(Math.min(max, 2 * ROOM));
        receive(target);
        return Arrays.copyOf(target.array(), target.position());
    }

    @Override
    public int receive(ByteBuffer target) {
        if (target.isReadOnly() || !target.hasRemaining()) {
            throw new IllegalArgumentException("Cannot receive into a read-only or full buffer");
        }
        try (var _ = receiving.enter()) {
            Checkpoints.fast("receive from a pipe");
            checkOpen();
            int begin = target.position();
            byte first = Select.first(whenClosed(), in.onReceive().then(one -> one));
            target.put(first);
            takeMore(target);
            return target.position() - begin;
        }
    }

    private void takeMore(ByteBuffer target) {
        try {
            while (target.hasRemaining()) {
                target.put(in.receiveNow());
            }
        } catch (WouldBlockException | EndOfStreamException | ClosedResourceException noMore) {
            // the next call says which
        }
    }

    @Override
    public void send(byte[] bytes) {
        ByteBuffer all = ByteBuffer.wrap(bytes);
        boolean whole = false;
        try {
            send(all);
            whole = true;
        } finally {
            cut |= !whole && all.position() > 0;
        }
    }

    @Override
    public void send(ByteBuffer bytes) {
        try (var _ = sending.enter()) {
            Checkpoints.fast("send to a pipe");
            checkOpen();
            if (out.statistics().openSendStreams() == 0) {
                throw new ClosedResourceException("The sending side was closed by sendEof()");
            }
            if (cut) {
                throw new BrokenResourceException("A send was cancelled halfway");
            }
            while (bytes.hasRemaining()) {
                sendWhatFits(bytes);
                if (!bytes.hasRemaining()) {
                    break;
                }
                Select.first(
                        whenClosed(), out.onSend(bytes.get(bytes.position())).then(_ -> (byte) 0));
                bytes.get();
            }
        }
    }

    private void sendWhatFits(ByteBuffer bytes) {
        try {
            while (bytes.hasRemaining()) {
                out.sendNow(bytes.get(bytes.position()));
                bytes.get();
            }
        } catch (WouldBlockException full) {
            // wait for room
        }
    }

    private SelectClause<Byte> whenClosed() {
        return closed.onSet().then(_ -> {
            throw closedException();
        });
    }

    private void checkOpen() {
        if (closed.isSet()) {
            throw closedException();
        }
    }

    private static ClosedResourceException closedException() {
        return new ClosedResourceException("The pipe was closed on this side");
    }

    @Override
    public void sendEof() {
        try (var _ = sending.enter()) {
            checkOpen();
            out.close();
        }
    }

    @Override
    public void close() {
        closed.set();
        in.close();
        out.close();
    }
}
