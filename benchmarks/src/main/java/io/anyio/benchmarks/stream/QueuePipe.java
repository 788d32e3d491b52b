package io.anyio.benchmarks.stream;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;

/** A pipe over the JDK's queue that fits the size. */
final class QueuePipe implements Pipe {
    private final BlockingQueue<String> queue;

    QueuePipe(int size) {
        queue = switch (size) {
            case 0 -> new SynchronousQueue<>();
            case Integer.MAX_VALUE -> new LinkedBlockingQueue<>();
            default -> new ArrayBlockingQueue<>(size);
        };
    }

    @Override
    public void send(String item) throws InterruptedException {
        queue.put(item);
    }

    @Override
    public String receive() throws InterruptedException {
        return queue.take();
    }
}
