package io.anyio.stream;

import io.anyio.Checkpoints;
import io.anyio.SelectClause;
import io.anyio.Suspension;
import io.anyio.WouldBlockException;
import io.anyio.resource.BrokenResourceException;
import io.anyio.resource.ClosedResourceException;
import org.jspecify.annotations.Nullable;

/**
 * The end of a {@link MemoryObjectStream} to send to. AnyIO: {@code MemoryObjectSendStream}.
 *
 * <p>{@link #send} is for tasks only; the rest never waits and may be called from any thread.
 *
 * @param <T> the type of the items
 */
public final class MemorySendStream<T extends @Nullable Object> implements ObjectSendStream<T> {
    private final MemoryStreamState<T> state;
    private final @Nullable CloseWatch watch;
    boolean closed; // guarded by the state's section

    MemorySendStream(MemoryStreamState<T> state) {
        this.state = state;
        this.watch = CloseWatch.over(this);
    }

    /**
     * Hands the item to the receiver that has waited longest, else puts it into the buffer, else waits its turn until
     * there is a receiver or room. A checkpoint, before anything is done: a cancelled task sends nothing. Cancelled
     * while it waits, it has sent nothing either; once the item was taken it returns, even if it is cancelled before it
     * runs again.
     *
     * <p>Closing this stream does not disturb a task that already waits here: its item can still be received.
     *
     * @throws ClosedResourceException when this stream is closed
     * @throws BrokenResourceException when no receive stream is open any more, or the last one is closed meanwhile
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
     * {@link #send} as one of several things that a {@link io.anyio.Select} waits for. The item is sent if this is the
     * clause that is chosen, and stays with the caller if not. Making the clause does nothing.
     */
    @SuppressWarnings("NullAway") // which forgets the annotation on Void in a lambda
    public SelectClause<@Nullable Void> onSend(T item) {
        return branch -> new SendAttempt<>(state, this, item, branch);
    }

    void check(MemoryStreamState.Sent outcome) {
        if (!tried(outcome)) {
            throw new AssertionError("an item that was taken is not on offer");
        }
    }

    /**
     * {@link #send} without waiting. Any thread; not a checkpoint.
     *
     * @throws WouldBlockException when the buffer is full and nobody waits to receive
     * @throws ClosedResourceException when this stream is closed
     * @throws BrokenResourceException when no receive stream is open any more
     */
    public void sendNow(T item) {
        if (!tried(state.send(this, item, null))) {
            throw new WouldBlockException("sendNow: the buffer is full and nobody waits to receive");
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
     * Another stream to the same receivers, open until it is closed itself. They see the end of the stream when the
     * last one is closed, the original included. AnyIO: {@code clone}.
     *
     * @throws ClosedResourceException when this stream is closed
     */
    public MemorySendStream<T> copy() {
        if (!state.opened(this)) {
            throw closed();
        }
        return new MemorySendStream<>(state);
    }

    /**
     * Closes this stream, not its copies. When it is the last one, receivers get what was sent before, and then an
     * {@link EndOfStreamException}. Any thread; idempotent; not a checkpoint.
     */
    @Override
    public void close() {
        if (watch != null) {
            watch.closed();
        }
        state.close(this);
    }

    /** What the stream holds, and how many wait at each end. */
    public MemoryStreamStatistics statistics() {
        return state.statistics();
    }

    private static ClosedResourceException closed() {
        return new ClosedResourceException("This send stream was closed on this side");
    }

    private static BrokenResourceException broken() {
        return new BrokenResourceException("Nobody can receive what is sent: every receive stream was closed");
    }

    @Override
    public String toString() {
        return "MemorySendStream[" + statistics() + "]";
    }
}
