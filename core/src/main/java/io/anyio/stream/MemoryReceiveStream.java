package io.anyio.stream;

import io.anyio.WouldBlockException;
import io.anyio.lowlevel.Checkpoints;
import io.anyio.lowlevel.StackSpace;
import io.anyio.lowlevel.Suspension;
import io.anyio.resource.ClosedResourceException;
import io.anyio.select.SelectClause;
import org.jspecify.annotations.Nullable;

/**
 * The receiving end of a {@link MemoryObjectStream}. AnyIO: {@code MemoryObjectReceiveStream}.
 *
 * <p>{@link #receive} and loops over this stream are for tasks only. The rest never waits; any thread may call it.
 *
 * @param <T> the type of the items
 */
public final class MemoryReceiveStream<T extends @Nullable Object> implements ObjectReceiveStream<T> {
    private final MemoryStreamState<T> state;
    private final @Nullable UnclosedStreamDetector watch;
    boolean closed; // guarded by the state's section

    MemoryReceiveStream(MemoryStreamState<T> state) {
        this.state = state;
        this.watch = UnclosedStreamDetector.over(this, "MemoryReceiveStream");
    }

    /**
     * Receives the oldest item, or waits its turn for one. A checkpoint before anything else: a cancelled task takes
     * nothing. If cancelled while it waits, it has taken nothing either. Once it was handed an item, it returns the
     * item, even if it is cancelled before it runs again.
     *
     * <p>Closing this stream does not affect a task that already waits here.
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

    /** Like {@link #receive}, but returns a {@link MemoryStreamState.Missed} instead of throwing. */
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
     * Receives the oldest item without waiting. May be called from any thread. Not a checkpoint.
     *
     * @throws WouldBlockException when there is nothing to receive
     * @throws EndOfStreamException when every send stream is closed and nothing is left to receive
     * @throws ClosedResourceException when this stream is closed
     */
    public T receiveNow() {
        Object taken = state.receive(this, null);
        if (taken == MemoryStreamState.Missed.EMPTY) {
            throw new WouldBlockException("receiveNow: the buffer is empty and no task waits to send");
        }
        return item(taken);
    }

    /**
     * Returns {@link #receive} as a clause of a {@link io.anyio.select.Select}. If this clause is selected, an item is
     * taken; otherwise it stays in the stream. Making the clause has no effect.
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
     * Returns another stream from the same senders, which is open until it is closed itself. Each item goes to one of
     * the streams. Senders find the stream broken when all of them and the original are closed. AnyIO: {@code clone}.
     *
     * @throws ClosedResourceException when this stream is closed
     */
    public MemoryReceiveStream<T> copy() {
        StackSpace.require(); // a copy that is counted must reach the caller
        if (!state.opened(this)) {
            throw closed();
        }
        return new MemoryReceiveStream<>(state);
    }

    /**
     * Closes this stream, not its copies. When it is the last one, all senders, including those that wait, get a
     * {@link io.anyio.resource.BrokenResourceException}, and the items in the buffer are lost, or disposed of: see
     * {@link MemoryObjectStream#create(int, java.util.function.Consumer)}. Idempotent. May be called from any thread.
     * Not a checkpoint.
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
        return new ClosedResourceException("This receive stream was closed on this side");
    }

    @Override
    public String toString() {
        return "MemoryReceiveStream[" + statistics() + "]";
    }
}
