package io.anyio.select;

import io.anyio.lowlevel.Suspension;
import io.anyio.lowlevel.WaitQueue;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An operation that a {@link Select} waits for, such as {@code stream.onReceive()}. It is only a description: nothing
 * happens before it is passed to a select, and it can be passed to several selects.
 *
 * <p>The methods without a body are for implementers of primitives; other code uses {@link #then}.
 *
 * <p>AnyIO has no counterpart.
 *
 * @param <R> the type of the result when this clause is chosen
 */
@FunctionalInterface
public interface SelectClause<R extends @Nullable Object> {

    /**
     * Begins one select of this clause. Must not wait and must not take anything.
     *
     * @param branch the suspension to add to the queue if the select must wait
     */
    Attempt<R> begin(Suspension branch);

    /**
     * Returns the same clause with {@code mapping} applied to its result. If the clause is chosen, the mapping runs in
     * the task after the select has ended, and may wait.
     */
    default <S extends @Nullable Object> SelectClause<S> then(Function<? super R, ? extends S> mapping) {
        Objects.requireNonNull(mapping, "mapping");
        return branch -> new MappedAttempt<>(begin(branch), mapping);
    }

    /**
     * Creates a clause of a primitive that is built on one queue.
     *
     * @param queue the queue in which the branch waits, and the critical section that guards the primitive
     * @param take performs the operation if it is possible, and returns whether it did; runs inside the critical
     *     section
     * @param result returns the result after the clause was chosen, by {@code take} or by a thread that claimed the
     *     branch
     */
    static <R extends @Nullable Object> SelectClause<R> of(
            WaitQueue queue, BooleanSupplier take, Supplier<? extends R> result) {
        Objects.requireNonNull(queue, "queue");
        Objects.requireNonNull(take, "take");
        Objects.requireNonNull(result, "result");
        return branch -> new QueueAttempt<>(branch, queue, take, result);
    }

    /**
     * A clause in one select. When a clause is taken, its {@link #complete} and {@link #result} follow, and nothing for
     * the other clauses. When none can be taken, {@link #register} of each clause follows, then {@link #complete} of
     * each, and {@link #result} of the chosen one.
     *
     * @param <R> the type of the result
     */
    interface Attempt<R extends @Nullable Object> {

        /**
         * Returns the critical section for {@link #take} and {@link #register}, or null. Always returns the same one.
         */
        @Nullable
        WaitQueue section();

        /** Performs the operation if possible. Inside the critical section; must not wait and must not wake a task. */
        boolean take();

        /** Begins to wait, after {@link #take} has returned false. Inside the critical section, if there is one. */
        void register();

        /** Wakes the task that {@link #take} has claimed, and leaves the queue. Outside of the critical section. */
        void complete();

        /** Returns or throws the result of the select. Outside of the critical section, after {@link #complete}. */
        R result();
    }
}
