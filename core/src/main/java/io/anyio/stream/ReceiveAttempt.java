package io.anyio.stream;

import io.anyio.lowlevel.Suspension;
import io.anyio.lowlevel.WaitQueue;
import io.anyio.select.SelectClause;
import org.jspecify.annotations.Nullable;

/** The attempt of one select to receive from a stream. */
final class ReceiveAttempt<T extends @Nullable Object> implements SelectClause.Attempt<T> {
    private final MemoryStreamState<T> state;
    private final MemoryReceiveStream<T> stream;
    private final MemoryStreamState.Waiter waiter;
    private @Nullable Object taken = MemoryStreamState.Missed.EMPTY; // used by the selecting task only
    private @Nullable Suspension sender; // to be woken; used by the selecting task only

    ReceiveAttempt(MemoryStreamState<T> state, MemoryReceiveStream<T> stream, Suspension branch) {
        this.state = state;
        this.stream = stream;
        this.waiter = new MemoryStreamState.Waiter(branch, null);
    }

    @Override
    public WaitQueue section() {
        return state.section();
    }

    @Override
    public boolean take() {
        taken = state.poll(stream);
        sender = state.takeGranted();
        return taken != MemoryStreamState.Missed.EMPTY;
    }

    @Override
    public void register() {
        state.enlistReceiver(waiter);
    }

    @Override
    public void complete() {
        if (sender != null) {
            sender.wake();
        }
        state.withdraw(waiter);
    }

    @Override
    public T result() {
        return stream.item(taken == MemoryStreamState.Missed.EMPTY ? state.taken(waiter) : taken);
    }
}
