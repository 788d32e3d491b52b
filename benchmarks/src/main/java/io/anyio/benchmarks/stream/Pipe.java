package io.anyio.benchmarks.stream;

import com.softwaremill.jox.Channel;
import io.anyio.stream.MemoryObjectStream;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;

/**
 * A stream from workers to workers.
 *
 * @param sender sends an item; waits while there is no room
 * @param receiver receives an item; waits until there is one
 */
record Pipe(Sender sender, Receiver receiver) {
    interface Sender {
        void send(String item) throws InterruptedException;
    }

    interface Receiver {
        String receive() throws InterruptedException;
    }

    static Pipe ours(int size) {
        var stream = MemoryObjectStream.<String>create(size);
        return new Pipe(stream.sender()::send, stream.receiver()::receive);
    }

    /** Returns a pipe over the JDK's queue that fits the size. */
    static Pipe jdk(int size) {
        BlockingQueue<String> queue = switch (size) {
            case 0 -> new SynchronousQueue<>();
            case MemoryObjectStream.UNLIMITED -> new LinkedBlockingQueue<>();
            default -> new ArrayBlockingQueue<>(size);
        };
        return new Pipe(queue::put, queue::take);
    }

    static Pipe jox(int size) {
        Channel<String> channel =
                size == MemoryObjectStream.UNLIMITED ? Channel.newUnlimitedChannel() : Channel.newBufferedChannel(size);
        return new Pipe(channel::send, channel::receive);
    }
}
