package io.anyio.stream;

import io.anyio.WouldBlockException;
import io.anyio.lowlevel.Checkpoints;
import io.anyio.lowlevel.StackSpace;
import io.anyio.lowlevel.Suspension;
import io.anyio.resource.BrokenResourceException;
import io.anyio.resource.ClosedResourceException;
import io.anyio.select.SelectClause;
import org.jspecify.annotations.Nullable;

/**
 * The sending end of a {@link MemoryObjectStream}. AnyIO: {@code MemoryObjectSendStream}.
 *
 * <p>{@link #send} is for tasks only. All other methods never wait and may be called from any thread.
 *
 * @param <T> the type of the items
 */
public final class MemorySendStream<T extends @Nullable Object> implements ObjectSendStream<T> {
    private final MemoryStreamState<T> state;
    private final @Nullable UnclosedStreamDetector watch;
    boolean closed; // guarded by the state's section

    MemorySendStream(MemoryStreamState<T> state) {
        this.state = state;
        this.watch = UnclosedStreamDetector.over(this, "MemorySendStream");
    }

    /**
     * Sends an item: hands it to the receiver that has waited longest, or else puts it into the buffer, or else waits
     * its turn until there is a receiver or room. A checkpoint before anything else: a cancelled task sends nothing. If
     * cancelled while it waits, it has sent nothing either. Once the item was taken, it returns, even if it is
     * cancelled before it runs again.
     *
     * <p>Closing this stream does not affect a task that already waits here: its item can still be received.
     *
     * @throws ClosedResourceException when this stream is closed
     * @throws BrokenResourceException when every receive stream is closed, before or during the call
     * @throws io.anyio.Cancelled in a cancelled scope
     * @throws io.anyio.NoEventLoopException when not called by a task
     */
    @Override
    public void send(T item) {
        Checkpoints.fast("send an item");
        if (tried(state.send(this, item, null))) {
            return;
        }
        var waiter = new MemoryStreamState.Waiter(Suspension.create("MemorySendStream.send"), item);
        if (tried(state.send(this, item, waiter))) {
            return;
        }
        check(state.awaitTaken(waiter));
    }

    /**
     * Returns {@link #send} as a clause of a {@link io.anyio.select.Select}. If this clause is selected, the item is
     * sent; otherwise it stays with the caller. Making the clause has no effect.
     */
    @SuppressWarnings("NullAway") // NullAway forgets the annotation on Void in a lambda
    public SelectClause<@Nullable Void> onSend(T item) {
        return branch -> new SendAttempt<>(state, this, item, branch);
    }

    void check(MemoryStreamState.Sent outcome) {
        if (!tried(outcome)) {
            throw new AssertionError("a sender was resumed, but its item was not taken");
        }
    }

    /**
     * Sends an item without waiting. May be called from any thread. Not a checkpoint.
     *
     * @throws WouldBlockException when the buffer is full and no task waits to receive
     * @throws ClosedResourceException when this stream is closed
     * @throws BrokenResourceException when every receive stream is closed
     */
    public void sendNow(T item) {
        if (!tried(state.send(this, item, null))) {
            throw new WouldBlockException("sendNow: the buffer is full and no task waits to receive");
        }
    }

    private boolean tried(MemoryStreamState.Sent outcome) {
        return switch (outcome) {
            case DONE -> true;
            case FULL -> false;
            case CLOSED -> throw closed();
            case BROKEN -> throw broken();
        };
    }

    /**
     * Returns another stream to the same receivers, which is open until it is closed itself. Receivers see the end of
     * the stream when all of them, including the original, are closed. AnyIO: {@code clone}.
     *
     * @throws ClosedResourceException when this stream is closed
     */
    public MemorySendStream<T> copy() {
        StackSpace.require(); // a copy that is counted must reach the caller
        if (!state.opened(this)) {
            throw closed();
        }
        return new MemorySendStream<>(state);
    }

    /**
     * Closes this stream, not its copies. When it is the last one, receivers get the items sent before, and then an
     * {@link EndOfStreamException}. Idempotent. May be called from any thread. Not a checkpoint.
     */
    @Override
    public void close() {
        state.close(this);
        if (watch != null) {
            watch.closed();
        }
    }

    /** Returns a snapshot of the buffer, the open streams and the waiting tasks. */
    public MemoryStreamStatistics statistics() {
        return state.statistics();
    }

    private static ClosedResourceException closed() {
        return new ClosedResourceException("This send stream was closed on this side");
    }

    private static BrokenResourceException broken() {
        return new BrokenResourceException("Cannot send: every receive stream was closed");
    }

    @Override
    public String toString() {
        return "MemorySendStream[" + statistics() + "]";
    }
}
