package io.anyio.benchmarks.stream;

import io.anyio.stream.MemoryObjectStream;

/** A pipe over our stream. */
final class OurPipe implements Pipe {
    private final MemoryObjectStream<String> stream;

    OurPipe(int size) {
        stream = MemoryObjectStream.create(size);
    }

    @Override
    public void send(String item) {
        stream.sender().send(item);
    }

    @Override
    public String receive() {
        return stream.receiver().receive();
    }
}
