package io.anyio;

import org.jspecify.annotations.Nullable;

/** The holder of a task's context values: a map of its own, or the {@link TaskContext} that it has entered. */
abstract class ContextValues {

    /** Returns the present values. */
    abstract ContextMap map();

    /** Sets one value. Returns the holder to use from now on. */
    abstract ContextValues with(Object variable, @Nullable Object value);

    /** Removes the value of one variable. Returns the holder to use from now on. */
    abstract ContextValues without(Object variable);
}
