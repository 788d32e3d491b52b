package io.anyio.future;

import io.anyio.CancelScope;
import io.anyio.lowlevel.Checkpoints;
import io.anyio.lowlevel.ExternalWork;
import io.anyio.lowlevel.SingleWaiter;
import io.anyio.lowlevel.StackSpace;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The demand of one subscriber, and the scope in which its task works. Refers to neither of the two. */
final class StreamSubscription implements Flow.Subscription {
    private static final String WHAT = "wait for demand";

    private enum State {
        OPEN,
        CANCELLED,
        BAD_REQUEST,
        ENDED
    }

    private final CancelScope scope;
    private final AtomicLong demand = new AtomicLong(); // added by any thread, taken by the task
    private final AtomicReference<State> state = new AtomicReference<>(State.OPEN);
    private final SingleWaiter waiter = SingleWaiter.create(_ -> false);

    StreamSubscription(CancelScope scope) {
        this.scope = scope;
    }

    /** Returns a subscription on which nothing has an effect. */
    static StreamSubscription ended() {
        var subscription = new StreamSubscription(CancelScope.create());
        subscription.state.set(State.ENDED);
        return subscription;
    }

    // ---- any thread ----

    @Override
    public void request(long n) {
        if (n <= 0) {
            leave(State.BAD_REQUEST);
        } else {
            StackSpace.require(); // demand that is noted must wake the task
            demand.accumulateAndGet(n, (now, more) -> Long.MAX_VALUE - now < more ? Long.MAX_VALUE : now + more);
            waiter.wake();
        }
    }

    @Override
    public void cancel() {
        leave(State.CANCELLED);
    }

    private void leave(State left) {
        StackSpace.require(); // a later call would find it left
        if (state.compareAndSet(State.OPEN, left)) {
            scope.cancel();
        }
    }

    // ---- the task ----

    /** Waits until an item has been requested, and counts it. A checkpoint. */
    void takeDemand() {
        if (demand.get() == 0) {
            ExternalWork foreign = ExternalWork.expect(WHAT);
            try {
                while (demand.get() == 0) {
                    waiter.await(WHAT, () -> demand.get() > 0);
                }
            } finally {
                foreign.end();
            }
        }
        Checkpoints.ifCancelled(WHAT);
        demand.decrementAndGet();
    }

    /** Ends the subscription, because the stream has ended. Returns false if it was cancelled before. */
    boolean end() {
        return state.compareAndSet(State.OPEN, State.ENDED);
    }

    /** Ends the subscription after a cancellation. Returns what the subscriber should learn, or null. */
    @Nullable
    Throwable endCancelled() {
        if (end()) {
            return new CancellationException("The task group of this publisher was cancelled");
        }
        return state.get() == State.BAD_REQUEST
                ? new IllegalArgumentException("A subscriber must request at least one item (rule 3.9)")
                : null;
    }
}
