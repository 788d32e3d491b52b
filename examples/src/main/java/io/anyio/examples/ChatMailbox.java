package io.anyio.examples;

import io.anyio.WouldBlockException;
import io.anyio.net.SocketStream;
import io.anyio.resource.BrokenResourceException;
import io.anyio.resource.ClosedResourceException;
import io.anyio.stream.MemoryObjectStream;
import io.anyio.stream.MemoryReceiveStream;

/** What others have said to one client and it has not been sent yet. Tasks of any loop may add. */
final class ChatMailbox {
    private static final int ROOM = 1000;

    private final MemoryObjectStream<byte[]> texts = MemoryObjectStream.create(ROOM);

    /** Adds a text; a client that does not read, or has left, loses it, and nobody waits for that client. */
    void add(byte[] text) {
        try {
            texts.sender().sendNow(text);
        } catch (WouldBlockException | BrokenResourceException | ClosedResourceException lost) {
            // as it must be: there is no room, or nobody
        }
    }

    /** Sends what comes, until this is closed or the task is cancelled. */
    void deliver(SocketStream stream) {
        try (MemoryReceiveStream<byte[]> received = texts.receiver()) {
            for (byte[] text : received) {
                stream.send(text);
            }
        }
    }

    /** Takes nothing more. */
    void close() {
        texts.sender().close();
    }
}
