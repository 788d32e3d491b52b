package io.anyio;

import org.jspecify.annotations.Nullable;

/** Where a task keeps its context values: a map of its own, or the {@link TaskContext} that it has entered. */
abstract class ContextValues {

    /** The values at this moment. */
    abstract ContextMap map();

    /** What the task keeps from now on, with one value changed. */
    abstract ContextValues with(Object variable, @Nullable Object value);

    /** What the task keeps from now on, with no value for one variable. */
    abstract ContextValues without(Object variable);
}
