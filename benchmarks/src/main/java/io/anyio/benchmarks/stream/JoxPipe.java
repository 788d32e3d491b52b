package io.anyio.benchmarks.stream;

import com.softwaremill.jox.Channel;

/** A pipe over a channel of jox. */
final class JoxPipe implements Pipe {
    private final Channel<String> channel;

    JoxPipe(int size) {
        channel = size == Integer.MAX_VALUE ? Channel.newUnlimitedChannel() : Channel.newBufferedChannel(size);
    }

    @Override
    public void send(String item) throws InterruptedException {
        channel.send(item);
    }

    @Override
    public String receive() throws InterruptedException {
        return channel.receive();
    }
}
