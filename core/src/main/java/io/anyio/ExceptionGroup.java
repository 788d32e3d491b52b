package io.anyio;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A group of failures that are all exceptions. See {@link FailureGroup}. AnyIO: {@code ExceptionGroup}. */
public final class ExceptionGroup extends RuntimeException implements FailureGroup {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial") // List.copyOf returns a serializable list
    private final List<Throwable> exceptions;

    private final Nesting nesting;

    /**
     * Creates a group of at least one member.
     *
     * @throws IllegalArgumentException without members
     */
    public ExceptionGroup(String message, List<? extends Exception> exceptions) {
        this(message, exceptions, null);
    }

    ExceptionGroup(String message, List<? extends Throwable> exceptions, @Nullable Throwable cause) {
        super(Objects.requireNonNull(message, "message"));
        if (cause != null) {
            initCause(cause); // not through super(): callers could then not set the cause of a group that has none
        }
        this.exceptions = FailureGroupSupport.checked(exceptions);
        this.nesting = Nesting.list(this, this.exceptions);
    }

    Nesting nesting() {
        return nesting;
    }

    @Override
    public List<Throwable> exceptions() {
        return exceptions;
    }

    @Override
    public String getMessage() {
        String message = super.getMessage();
        return message == null ? "" : message;
    }

    @Override
    public ExceptionGroup asThrowable() {
        return this;
    }

    @Override
    public String toString() {
        return FailureGroupSupport.describe(getClass().getName(), this);
    }
}
