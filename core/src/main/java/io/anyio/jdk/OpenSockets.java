package io.anyio.jdk;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/** The sockets that are open on one loop. The end of the run closes those that its tasks have left open. */
final class OpenSockets {
    /** How long the end of a run waits for peers that do not take the bytes sent to them. */
    private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final SelectorLoop loop;
    private final Set<OpenSocket> sockets = new HashSet<>(); // loop only
    private final BooleanSupplier closeOnLoop = this::closeOnLoop; // created while there is memory
    private boolean closing; // loop only
    private boolean graceBegun; // loop only

    /** A connection or a listener. Its methods are called on the loop's thread. */
    interface OpenSocket {

        /** Closes it, without waiting for bytes that the system does not take now. */
        void closeNow();

        /**
         * Handles an unexpected failure. Closes a connection; a listener reports it to the next accept and stays open.
         */
        void failed(Throwable cause);

        /** Called when the loop has ended. */
        void loopEnded();

        /** Returns whether a task has closed it and there are bytes left to send. */
        default boolean isSending() {
            return false;
        }
    }

    OpenSockets(SelectorLoop loop) {
        this.loop = loop;
    }

    /** Called on the loop's thread. */
    void add(OpenSocket socket) {
        sockets.add(socket);
    }

    /** Called on the loop's thread. */
    void remove(OpenSocket socket) {
        if (sockets.remove(socket)) {
            endIfClosed();
        }
    }

    /** Returns the number of open sockets. Called on the loop's thread. */
    int size() {
        return sockets.size();
    }

    /** Closes the open sockets, and then ends the loop. May be called from any thread; does not wait. */
    void closeAll() {
        try {
            loop.execute(() -> loop.repeat(closeOnLoop));
        } catch (RejectedExecutionException ended) {
            // and has closed its sockets
        }
    }

    /** Repeated until it returns true, because it may fail when there is no memory. */
    private boolean closeOnLoop() {
        closing = true;
        if (!graceBegun) {
            loop.schedule(GRACE_NANOS, () -> loop.repeat(this::closeTheRest));
            graceBegun = true;
        }
        close(socket -> !socket.isSending());
        endIfClosed();
        return true;
    }

    private boolean closeTheRest() {
        close(socket -> true);
        return true;
    }

    private void close(Predicate<OpenSocket> which) {
        for (OpenSocket socket : List.copyOf(sockets)) {
            try {
                if (which.test(socket)) {
                    socket.closeNow();
                }
            } catch (Throwable failure) { // such as no memory for its last bytes
                socket.failed(failure);
            }
        }
    }

    /** Notifies the sockets that the loop has ended. None is left open unless the loop has failed. */
    void loopEnded() {
        for (OpenSocket socket : List.copyOf(sockets)) {
            try {
                socket.loopEnded();
            } catch (Throwable noMemory) {
                // must not prevent the others
            }
        }
    }

    private void endIfClosed() {
        if (closing && sockets.isEmpty()) {
            loop.end();
        }
    }
}
