package io.anyio;

import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One of the things that a {@link Select} waits for, such as {@code stream.onReceive()}. Says what is wanted; nothing
 * happens before it is given to a select, and it can be given to several.
 *
 * <p>The methods without a body are for implementers of primitives; everybody else uses {@link #then}.
 *
 * <p>AnyIO has no counterpart.
 *
 * @param <R> the type of what it gives when it is the one that comes first
 */
@FunctionalInterface
public interface SelectClause<R extends @Nullable Object> {

    /**
     * One select of this clause begins; {@code branch} is to stand in the queue if it must wait. Must not wait, and
     * nothing is taken yet.
     */
    Attempt<R> begin(Suspension branch);

    /**
     * The same clause, with {@code mapping} applied to what it gives, when it is the one that came first. The mapping
     * runs in the task, after the select has ended, and may wait.
     */
    default <S extends @Nullable Object> SelectClause<S> then(Function<? super R, ? extends S> mapping) {
        Objects.requireNonNull(mapping, "mapping");
        return branch -> new MappedAttempt<>(begin(branch), mapping);
    }

    /**
     * A clause of a primitive that is built on one queue.
     *
     * @param queue where the branch waits, and the critical section that guards the primitive
     * @param take takes what is wanted if it is there; runs inside the critical section
     * @param result gives the result after the clause was chosen, through {@code take} or by whoever claimed the branch
     */
    static <R extends @Nullable Object> SelectClause<R> of(
            WaitQueue queue, BooleanSupplier take, Supplier<? extends R> result) {
        Objects.requireNonNull(queue, "queue");
        Objects.requireNonNull(take, "take");
        Objects.requireNonNull(result, "result");
        return branch -> new QueueAttempt<>(branch, queue, take, result);
    }

    /**
     * A clause in one select. Either {@link #take} gives true, or {@link #enlist} follows and the select waits; after
     * both comes {@link #settle}, and {@link #result} if this is the clause that was chosen.
     *
     * @param <R> the type of what it gives
     */
    interface Attempt<R extends @Nullable Object> {

        /** The critical section in which to take and to enlist, or null when there is none. Always the same. */
        @Nullable
        WaitQueue section();

        /** Takes what is wanted if it is there. Inside the critical section: never waits, wakes nobody. */
        boolean take();

        /** Begins to wait; nothing could be taken just before. Inside the critical section, if there is one. */
        void enlist();

        /** Wakes the task that {@link #take} has claimed, and leaves the queue. Outside of the critical section. */
        void settle();

        /** What the select gives, or throws. Outside of the critical section, after {@link #settle}. */
        R result();
    }
}
