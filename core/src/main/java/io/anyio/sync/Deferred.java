package io.anyio.sync;

import io.anyio.lowlevel.Checkpoints;
import io.anyio.lowlevel.StackSpace;
import io.anyio.lowlevel.Suspension;
import io.anyio.lowlevel.WaitQueue;
import io.anyio.select.SelectClause;
import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A value that is set once, usually by other code, and that tasks can wait for. AnyIO: {@code Future}.
 *
 * <pre>{@code
 * var reply = Deferred.<String>create();
 * client.request("hello", reply::complete);     // called back on any thread
 * String text = reply.join();
 * }</pre>
 *
 * <p>Deferreds can be made anywhere, also outside of a run. Any number of tasks may wait; cancelling one of them
 * affects neither the others nor the deferred. The value need not be read. A failure that is never read is not
 * reported.
 *
 * @param <T> the type of the value
 */
public final class Deferred<T extends @Nullable Object> {
    private static final VarHandle OUTCOME = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "outcome", VarHandle.class, Deferred.class, Outcome.class);

    /** The state of a deferred. */
    public enum Status {
        /** It has no outcome. */
        PENDING,
        /** It has a value. */
        FINISHED,
        /** It was cancelled before it had an outcome. */
        CANCELLED,
        /** It has failed. */
        FAILED
    }

    private sealed interface Outcome<T extends @Nullable Object> {}

    private record Finished<T extends @Nullable Object>(T value) implements Outcome<T> {}

    private record Failed<T extends @Nullable Object>(Throwable failure) implements Outcome<T> {}

    private record Withdrawn<T extends @Nullable Object>() implements Outcome<T> {}

    private final WaitQueue waiters = WaitQueue.create();
    private final String name; // or empty
    private volatile @Nullable Outcome<T> outcome; // written once, by any thread, through OUTCOME

    private Deferred(String name) {
        this.name = name;
    }

    /** Returns a deferred without an outcome. */
    public static <T extends @Nullable Object> Deferred<T> create() {
        return new Deferred<>("");
    }

    /** Returns a deferred without an outcome, with a name for messages. */
    public static <T extends @Nullable Object> Deferred<T> create(String name) {
        return new Deferred<>(Objects.requireNonNull(name, "name"));
    }

    // ---- setting the outcome ----

    /**
     * Sets the value (AnyIO: {@code return_value = ...}) and wakes all waiters. May be called from any thread. Not a
     * checkpoint.
     *
     * @throws DeferredAlreadyFinishedException when it has a value or a failure
     * @throws DeferredCancelledException when it was cancelled
     */
    public void complete(T value) {
        giveOrThrow(new Finished<>(value));
    }

    /**
     * Sets a failure (AnyIO: {@code exception = ...}) and wakes all waiters. May be called from any thread. Not a
     * checkpoint.
     *
     * @throws DeferredAlreadyFinishedException when it has a value or a failure
     * @throws DeferredCancelledException when it was cancelled
     */
    public void fail(Throwable failure) {
        giveOrThrow(new Failed<>(Objects.requireNonNull(failure, "failure")));
    }

    /**
     * Cancels the deferred and wakes all waiters, unless it already has an outcome. May be called from any thread. Not
     * a checkpoint.
     */
    public void cancel() {
        give(new Withdrawn<>());
    }

    private void giveOrThrow(Outcome<T> given) {
        if (!give(given)) {
            if (status() == Status.CANCELLED) {
                throw new DeferredCancelledException(label());
            }
            throw new DeferredAlreadyFinishedException(label());
        }
    }

    private boolean give(Outcome<T> given) {
        StackSpace.require(); // a later call would find an outcome, and wake no waiter
        if (!OUTCOME.compareAndSet(this, null, given)) {
            return false;
        }
        waiters.wakeAll();
        return true;
    }

    // ---- waiting ----

    /**
     * Waits for the outcome, of any kind. A checkpoint, also if there is one already. A task that was woken by the
     * outcome returns, even if it is cancelled before it runs again. AnyIO: {@code wait}.
     *
     * @throws io.anyio.Cancelled in a cancelled scope
     * @throws io.anyio.NoEventLoopException when not called by a task
     */
    public void await() {
        if (outcome != null) {
            Checkpoints.fast("wait for a deferred");
            return;
        }
        Checkpoints.ifCancelled("wait for a deferred");
        var wait = Suspension.create("Deferred.await");
        waiters.enter();
        try {
            if (outcome != null) {
                return;
            }
            waiters.add(wait);
        } finally {
            waiters.leave();
        }
        waiters.await(wait);
    }

    /**
     * Waits for the outcome and returns the value. A checkpoint, also if there is one. AnyIO: {@code await future}.
     *
     * @throws DeferredFailedException with the failure as cause; {@link DeferredCancelledException} if cancelled
     * @throws io.anyio.Cancelled in a cancelled scope
     * @throws io.anyio.NoEventLoopException when not called by a task
     */
    public T join() {
        await();
        return returnValue();
    }

    /**
     * Returns {@link #join} as a clause of a {@link io.anyio.select.Select}. Any kind of outcome selects it; the select
     * then returns the value or throws what {@code join} throws.
     */
    public SelectClause<T> onJoin() {
        return SelectClause.of(waiters, () -> outcome != null, this::returnValue);
    }

    // ---- reading the outcome ----

    /** Returns the current state. May be called from any thread. */
    public Status status() {
        return switch (outcome) {
            case null -> Status.PENDING;
            case Finished<T> _ -> Status.FINISHED;
            case Failed<T> _ -> Status.FAILED;
            case Withdrawn<T> _ -> Status.CANCELLED;
        };
    }

    /**
     * Returns the value. May be called from any thread. Not a checkpoint.
     *
     * @throws DeferredNotFinishedException while there is no outcome
     * @throws DeferredFailedException as {@link #join}
     */
    public T returnValue() {
        return switch (outcome) {
            case null -> throw new DeferredNotFinishedException(label());
            case Finished<T>(T value) -> value;
            case Failed<T>(Throwable failure) -> throw new DeferredFailedException(label() + " failed", failure);
            case Withdrawn<T> _ -> throw new DeferredCancelledException(label());
        };
    }

    /**
     * Returns the failure, or empty if it has a value. May be called from any thread. Not a checkpoint.
     *
     * @throws DeferredNotFinishedException while there is no outcome
     * @throws DeferredCancelledException when it was cancelled
     */
    public Optional<Throwable> exception() {
        return switch (outcome) {
            case null -> throw new DeferredNotFinishedException(label());
            case Finished<T> _ -> Optional.empty();
            case Failed<T>(Throwable failure) -> Optional.of(failure);
            case Withdrawn<T> _ -> throw new DeferredCancelledException(label());
        };
    }

    private String label() {
        return name.isEmpty() ? "This deferred" : "Deferred '" + name + "'";
    }

    @Override
    public String toString() {
        return "Deferred[" + (name.isEmpty() ? "" : name + ", ")
                + status().name().toLowerCase(Locale.ROOT) + "]";
    }
}
