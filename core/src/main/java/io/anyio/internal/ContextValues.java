package io.anyio.internal;

import org.jspecify.annotations.Nullable;

/** The holder of a task's context values: a map of its own, or the {@code TaskContext} that it has entered. */
public abstract class ContextValues {

    /** Returns the present values. */
    public abstract ContextMap map();

    /** Sets one value. Returns the holder to use from now on. */
    public abstract ContextValues with(Object variable, @Nullable Object value);

    /** Removes the value of one variable. Returns the holder to use from now on. */
    public abstract ContextValues without(Object variable);
}
