package io.anyio.examples;

import io.anyio.net.SocketStream;
import io.anyio.sync.Event;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/** What others have said to one client and it has not been sent yet. Tasks of any loop may add. */
final class ChatMailbox {
    private static final int ROOM = 1000;

    private final BlockingQueue<byte[]> waiting = new ArrayBlockingQueue<>(ROOM);
    private volatile Event news = Event.create(); // replaced by the writer before it looks at the queue again

    /** Adds a text; a client that does not read loses what there is no room for, and nobody waits for it. */
    void add(byte[] text) {
        if (waiting.offer(text)) {
            news.set();
        }
    }

    /** Sends what comes, until cancelled. */
    void deliver(SocketStream stream) {
        while (true) {
            Event next = Event.create();
            news = next;
            for (byte[] text = waiting.poll(); text != null; text = waiting.poll()) {
                stream.send(text);
            }
            next.await();
        }
    }
}
