package io.anyio.examples;

import io.anyio.WouldBlockException;
import io.anyio.net.SocketStream;
import io.anyio.resource.BrokenResourceException;
import io.anyio.resource.ClosedResourceException;
import io.anyio.stream.MemoryObjectStream;
import io.anyio.stream.MemoryReceiveStream;

/** The texts of other clients that have not been sent to one client yet. Tasks of any loop may add texts. */
final class ChatMailbox {
    private static final int ROOM = 1000;

    private final MemoryObjectStream<byte[]> texts = MemoryObjectStream.create(ROOM);

    /** Adds a text without waiting. A client that does not read, or has left, loses it. */
    void add(byte[] text) {
        try {
            texts.sender().sendNow(text);
        } catch (WouldBlockException | BrokenResourceException | ClosedResourceException lost) {
            // intended: the mailbox is full or closed
        }
    }

    /** Sends texts as they arrive, until this is closed or the task is cancelled. */
    void deliver(SocketStream stream) {
        try (MemoryReceiveStream<byte[]> received = texts.receiver()) {
            for (byte[] text : received) {
                stream.send(text);
            }
        }
    }

    /** Accepts no more texts. */
    void close() {
        texts.sender().close();
    }
}
