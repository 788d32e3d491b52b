package io.anyio.select;

import io.anyio.lowlevel.WaitQueue;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The attempt of a {@link SelectClause} whose result is passed to a function. */
record MappedAttempt<R extends @Nullable Object, S extends @Nullable Object>(
        SelectClause.Attempt<R> attempt, Function<? super R, ? extends S> mapping) implements SelectClause.Attempt<S> {

    @Override
    public @Nullable WaitQueue section() {
        return attempt.section();
    }

    @Override
    public boolean take() {
        return attempt.take();
    }

    @Override
    public void register() {
        attempt.register();
    }

    @Override
    public void complete() {
        attempt.complete();
    }

    @Override
    public S result() {
        return mapping.apply(attempt.result());
    }
}
