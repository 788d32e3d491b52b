package io.anyio.select;

import io.anyio.lowlevel.Suspension;
import io.anyio.lowlevel.WaitQueue;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The attempt of a {@link SelectClause} of a primitive with one queue. */
record QueueAttempt<R extends @Nullable Object>(
        Suspension branch, WaitQueue section, BooleanSupplier taking, Supplier<? extends R> giving)
        implements SelectClause.Attempt<R> {

    @Override
    public boolean take() {
        return taking.getAsBoolean();
    }

    @Override
    public void register() {
        section.add(branch);
    }

    @Override
    public void complete() {
        section.remove(branch);
    }

    @Override
    public R result() {
        return giving.get();
    }
}
