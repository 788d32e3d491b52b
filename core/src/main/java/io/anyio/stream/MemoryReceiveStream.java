package io.anyio.stream;

import io.anyio.Checkpoints;
import io.anyio.SelectClause;
import io.anyio.Suspension;
import io.anyio.WouldBlockException;
import io.anyio.resource.ClosedResourceException;
import org.jspecify.annotations.Nullable;

/**
 * The end of a {@link MemoryObjectStream} to receive from. AnyIO: {@code MemoryObjectReceiveStream}.
 *
 * <p>{@link #receive} and loops over this stream are for tasks only; the rest never waits and may be called from any
 * thread.
 *
 * @param <T> the type of the items
 */
public final class MemoryReceiveStream<T extends @Nullable Object> implements ObjectReceiveStream<T> {
    private final MemoryStreamState<T> state;
    private final @Nullable CloseWatch watch;
    boolean closed; // guarded by the state's section

    MemoryReceiveStream(MemoryStreamState<T> state) {
        this.state = state;
        this.watch = CloseWatch.over(this);
    }

    /**
     * Takes the oldest item, or waits its turn for one. A checkpoint, before anything is done: a cancelled task takes
     * nothing. Cancelled while it waits, it has taken nothing either; once it was handed an item it returns it, even if
     * it is cancelled before it runs again.
     *
     * <p>Closing this stream does not disturb a task that already waits here.
     *
     * @throws EndOfStreamException when every send stream is closed and nothing is left to receive
     * @throws ClosedResourceException when this stream is closed
     * @throws io.anyio.Cancelled in a cancelled scope
     * @throws io.anyio.NoEventLoopException when not called by a task
     */
    @Override
    public T receive() {
        return item(receiveOrMissed());
    }

    /** {@link #receive} that gives a {@link MemoryStreamState.Missed} instead of throwing. */
    @Nullable
    Object receiveOrMissed() {
        Checkpoints.fast("receive an item");
        Object taken = state.receive(this, null);
        if (taken == MemoryStreamState.Missed.EMPTY) {
            var waiter = new MemoryStreamState.Waiter(Suspension.create("MemoryReceiveStream.receive"), null);
            taken = state.receive(this, waiter);
            if (taken == MemoryStreamState.Missed.EMPTY) {
                taken = state.awaitItem(waiter);
            }
        }
        return taken;
    }

    /**
     * {@link #receive} without waiting. Any thread; not a checkpoint.
     *
     * @throws WouldBlockException when there is nothing to receive
     * @throws EndOfStreamException when every send stream is closed and nothing is left to receive
     * @throws ClosedResourceException when this stream is closed
     */
    public T receiveNow() {
        Object taken = state.receive(this, null);
        if (taken == MemoryStreamState.Missed.EMPTY) {
            throw new WouldBlockException("receiveNow: the buffer is empty and nobody waits to send");
        }
        return item(taken);
    }

    /**
     * {@link #receive} as one of several things that a {@link io.anyio.Select} waits for. An item is taken if this is
     * the clause that is chosen, and stays in the stream if not. Making the clause does nothing.
     */
    public SelectClause<T> onReceive() {
        return branch -> new ReceiveAttempt<>(state, this, branch);
    }

    T item(@Nullable Object taken) {
        if (taken == MemoryStreamState.Missed.CLOSED) {
            throw closed();
        }
        if (taken == MemoryStreamState.Missed.ENDED) {
            throw new EndOfStreamException();
        }
        return ItemBuffer.cast(taken);
    }

    /**
     * Another stream from the same senders, open until it is closed itself. Each item goes to one of them. Senders find
     * the stream broken when the last one is closed, the original included. AnyIO: {@code clone}.
     *
     * @throws ClosedResourceException when this stream is closed
     */
    public MemoryReceiveStream<T> copy() {
        if (!state.opened(this)) {
            throw closed();
        }
        return new MemoryReceiveStream<>(state);
    }

    /**
     * Closes this stream, not its copies. When it is the last one, senders get a
     * {@link io.anyio.resource.BrokenResourceException}, those that wait too, and what is in the buffer is lost. Any
     * thread; idempotent; not a checkpoint.
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
        return new ClosedResourceException("This receive stream was closed on this side");
    }

    @Override
    public String toString() {
        return "MemoryReceiveStream[" + statistics() + "]";
    }
}
