package io.anyio.stream;

import io.anyio.lowlevel.Suspension;
import io.anyio.lowlevel.WaitQueue;
import io.anyio.select.SelectClause;
import org.jspecify.annotations.Nullable;

/** The attempt of one select to send to a stream. */
final class SendAttempt<T extends @Nullable Object> implements SelectClause.Attempt<@Nullable Void> {
    private final MemoryStreamState<T> state;
    private final MemorySendStream<T> stream;
    private final T item;
    private final MemoryStreamState.Waiter waiter;
    private MemoryStreamState.Sent outcome = MemoryStreamState.Sent.FULL; // used by the selecting task only
    private @Nullable Suspension receiver; // to be woken; used by the selecting task only

    SendAttempt(MemoryStreamState<T> state, MemorySendStream<T> stream, T item, Suspension branch) {
        this.state = state;
        this.stream = stream;
        this.item = item;
        this.waiter = new MemoryStreamState.Waiter(branch, item);
    }

    @Override
    public WaitQueue section() {
        return state.section();
    }

    @Override
    public boolean take() {
        outcome = state.offer(stream, item);
        receiver = state.takeGranted();
        return outcome != MemoryStreamState.Sent.FULL;
    }

    @Override
    public void register() {
        state.enlistSender(waiter);
    }

    @Override
    public void complete() {
        if (receiver != null) {
            receiver.wake();
        }
        state.withdraw(waiter);
    }

    @Override
    public @Nullable Void result() {
        stream.check(outcome == MemoryStreamState.Sent.FULL ? state.outcome(waiter) : outcome);
        return null;
    }
}
