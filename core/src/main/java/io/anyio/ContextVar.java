package io.anyio;

import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A value that belongs to a task and that its children inherit.
 *
 * <p>AnyIO: the standard library's {@code contextvars.ContextVar}, which its tasks inherit in the same way.
 *
 * <p>A child starts with the values of the task that starts it, as they are at that moment; what it sets later is its
 * own.
 *
 * <pre>{@code
 * static final ContextVar<String> USER = ContextVar.create("user");
 *
 * USER.where("ada", () -> group.startSoon(() -> System.out.println(USER.get())));   // ada
 * }</pre>
 *
 * Only tasks may use it. Nothing here is a checkpoint.
 *
 * @param <T> the type of the value
 */
public final class ContextVar<T extends @Nullable Object> {
    private final String name;
    private final boolean hasDefault;
    private final @Nullable T defaultValue;

    private ContextVar(String name, boolean hasDefault, @Nullable T defaultValue) {
        this.name = name;
        this.hasDefault = hasDefault;
        this.defaultValue = defaultValue;
    }

    /**
     * What {@link #set} has replaced, to be given back once with {@link #reset}. AnyIO: {@code contextvars.Token}.
     *
     * @param <T> the type of the value
     */
    public static final class Token<T extends @Nullable Object> {
        private final ContextVar<T> variable;
        private final Object context; // the context that was entered, else the task
        private final boolean hadValue;
        private final @Nullable Object before;
        private final AtomicBoolean used = new AtomicBoolean();

        private Token(ContextVar<T> variable, Object context, boolean hadValue, @Nullable Object before) {
            this.variable = variable;
            this.context = context;
            this.hadValue = hadValue;
            this.before = before;
        }
    }

    /** A variable without a default; the name is for messages only. */
    public static <T extends @Nullable Object> ContextVar<T> create(String name) {
        Objects.requireNonNull(name, "name");
        return new ContextVar<>(name, false, null);
    }

    /** A variable with a default. */
    public static <T extends @Nullable Object> ContextVar<T> create(String name, T defaultValue) {
        Objects.requireNonNull(name, "name");
        return new ContextVar<>(name, true, defaultValue);
    }

    /**
     * The value in the current task, or the default.
     *
     * @throws NoSuchElementException when there is neither
     * @throws NoEventLoopException when not called by a task
     */
    public T get() {
        ContextMap context = values();
        int at = context.indexOf(this);
        if (at >= 0) {
            return Unchecked.cast(context.valueAt(at));
        }
        if (hasDefault) {
            return Unchecked.cast(defaultValue);
        }
        throw new NoSuchElementException(this + " has no value in this task and no default");
    }

    /**
     * The value in the current task, or {@code otherwise}, whatever the default is.
     *
     * @throws NoEventLoopException when not called by a task
     */
    public T get(T otherwise) {
        ContextMap context = values();
        int at = context.indexOf(this);
        return at < 0 ? otherwise : Unchecked.cast(context.valueAt(at));
    }

    /**
     * Whether the current task has a value of its own or an inherited one.
     *
     * @throws NoEventLoopException when not called by a task
     */
    public boolean isSet() {
        return values().indexOf(this) >= 0;
    }

    /**
     * Sets the value for the current task and for the tasks that it starts from now on. The token restores what was
     * there before.
     *
     * @throws NoEventLoopException when not called by a task
     */
    public Token<T> set(T value) {
        Task task = Task.require("set a context variable");
        ContextMap before = task.context().map();
        task.context(task.context().with(this, value));
        int at = before.indexOf(this);
        return new Token<>(this, contextOf(task), at >= 0, at < 0 ? null : before.valueAt(at));
    }

    /**
     * Restores what was there before the {@link #set} that gave this token; no value, if there was none.
     *
     * @throws IllegalArgumentException when the token is another variable's, was given in another context, which is
     *     that of another task or a {@link TaskContext}, or was used before
     * @throws NoEventLoopException when not called by a task
     */
    public void reset(Token<T> token) {
        Task task = Task.require("reset a context variable");
        if (token.variable != this) {
            throw new IllegalArgumentException("This token does not belong to " + this + " but to " + token.variable
                    + "; reset a variable with a token of its own set()");
        }
        if (token.context != contextOf(task)) {
            throw new IllegalArgumentException(
                    "This token of " + this + " was given in another context; reset the variable where it was set");
        }
        if (!token.used.compareAndSet(false, true)) {
            throw new IllegalArgumentException("This token has been used already; each resets " + this + " once");
        }
        ContextValues context = task.context();
        task.context(token.hadValue ? context.with(this, token.before) : context.without(this));
    }

    private static Object contextOf(Task task) {
        return task.context() instanceof TaskContext entered ? entered : task;
    }

    /**
     * Sets the value, runs {@code body}, and restores what was there before. AnyIO: {@code set} and {@code reset}.
     *
     * @throws NoEventLoopException when not called by a task
     */
    public <X extends Exception> void where(T value, Block<X> body) throws X {
        Objects.requireNonNull(body, "body");
        this.<@Nullable Void, X>where(value, () -> {
            body.run();
            return null;
        });
    }

    /** {@link #where(Object, Block)} for a body that gives a value. */
    public <R extends @Nullable Object, X extends Exception> R where(T value, ValueBlock<R, X> body) throws X {
        Objects.requireNonNull(body, "body");
        Task task = Task.require("set a context variable");
        ContextMap before = task.context().map();
        task.context(task.context().with(this, value));
        try {
            return body.call();
        } finally {
            int at = before.indexOf(this);
            task.context(at < 0 ? task.context().without(this) : task.context().with(this, before.valueAt(at)));
        }
    }

    private static ContextMap values() {
        return Task.require("read a context variable").context().map();
    }

    @Override
    public String toString() {
        return "ContextVar[" + name + "]";
    }
}
