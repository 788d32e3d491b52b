package io.anyio.toy;

import io.anyio.lowlevel.SingleWaiter;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;

/** A channel on its loop, and the waits of the tasks that use it. */
final class ToySocket {
    final SingleWaiter reader; // of the receiving or accepting task
    final SingleWaiter writer; // of the sending, connecting or closing task
    final ToyLoop loop;
    private final SelectionKey key;
    private volatile boolean closed; // set once by any thread
    volatile boolean released; // set once by the loop

    ToySocket(ToyLoop loop, SelectableChannel channel) throws IOException {
        this.loop = loop;
        reader = SingleWaiter.create(thread -> thread == loop.thread);
        writer = SingleWaiter.create(thread -> thread == loop.thread);
        key = channel.configureBlocking(false).register(loop.selector, 0, this);
    }

    // ---- the task ----

    void checkOpen() throws IOException {
        if (closed) {
            throw new ClosedChannelException();
        }
    }

    /** Waits until the operation may succeed. The task tries it again, and waits again if it was woken early. */
    void await(SingleWaiter waiter, int operation, String what) throws IOException {
        // the lambda runs after the wait was published, so that no wake-up is lost
        waiter.await(what, () -> {
            loop.execute(() -> {
                if (key.isValid()) {
                    key.interestOpsOr(operation);
                }
            });
            return closed;
        });
        checkOpen();
    }

    // ---- any thread ----

    void close() {
        if (!closed) {
            closed = true;
            wake();
            loop.execute(this::closeNow);
        }
    }

    void wake() {
        reader.wake();
        writer.wake();
    }

    // ---- the loop ----

    void closeNow() {
        closed = true;
        closeQuietly(key.channel());
        // in the next turn: the system closes the socket when the selector selects again
        loop.execute(() -> {
            released = true;
            wake();
        });
    }

    static void closeQuietly(Closeable resource) {
        try {
            resource.close();
        } catch (IOException notClosed) {
            // the system has released it nevertheless
        }
    }
}
