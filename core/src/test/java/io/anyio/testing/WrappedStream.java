package io.anyio.testing;

import io.anyio.stream.ByteStream;
import java.nio.ByteBuffer;

/** A stream that passes every call on to another one. The faults override what they break. */
class WrappedStream implements ByteStream {
    final ByteStream inner;

    WrappedStream(ByteStream inner) {
        this.inner = inner;
    }

    @Override
    public byte[] receive(int max) {
        return inner.receive(max);
    }

    @Override
    public int receive(ByteBuffer target) {
        return inner.receive(target);
    }

    @Override
    public void send(byte[] bytes) {
        inner.send(bytes);
    }

    @Override
    public void send(ByteBuffer bytes) {
        inner.send(bytes);
    }

    @Override
    public void sendEof() {
        inner.sendEof();
    }

    @Override
    public void close() {
        inner.close();
    }
}
