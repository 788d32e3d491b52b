package io.anyio.internal;

import org.jspecify.annotations.Nullable;

/**
 * A value of a run that was made for it.
 *
 * @param value the value
 * @param atEnd called once when the run has ended, on any thread; must not wait
 */
public record MadeValue(@Nullable Object value, Runnable atEnd) {}
