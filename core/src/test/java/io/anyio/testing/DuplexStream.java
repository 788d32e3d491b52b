package io.anyio.testing;

import io.anyio.resource.ClosedResourceException;
import io.anyio.stream.MemoryObjectStream;
import io.anyio.stream.MemoryReceiveStream;
import io.anyio.stream.MemorySendStream;
import io.anyio.stream.ObjectStream;

/** A stream of numbers in both directions, made of two memory streams. The faults override what they break. */
class DuplexStream implements ObjectStream<Integer> {
    final MemoryReceiveStream<Integer> in;
    final MemorySendStream<Integer> out;
    private volatile boolean closed; // set once, by any thread

    DuplexStream(MemoryReceiveStream<Integer> in, MemorySendStream<Integer> out) {
        this.in = in;
        this.out = out;
    }

    /** Returns two connected streams. */
    static StreamPair<DuplexStream, DuplexStream> pair() {
        var there = MemoryObjectStream.<Integer>create(2);
        var back = MemoryObjectStream.<Integer>create(2);
        return new StreamPair<>(
                new DuplexStream(back.receiver(), there.sender()), new DuplexStream(there.receiver(), back.sender()));
    }

    @Override
    public Integer receive() {
        return in.receive();
    }

    @Override
    public void send(Integer item) {
        out.send(item);
    }

    @Override
    public void sendEof() {
        if (closed) {
            throw new ClosedResourceException("The stream was closed on this side");
        }
        out.close();
    }

    @Override
    public void close() {
        closed = true;
        out.close();
        in.close();
    }
}
