package io.anyio;

import io.anyio.internal.ContextHolder;
import io.anyio.internal.ContextMap;
import io.anyio.internal.ContextValues;
import io.anyio.internal.CurrentContext;
import io.anyio.internal.Unchecked;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A variable with a value for each task, which child tasks inherit.
 *
 * <p>AnyIO: the standard library's {@code contextvars.ContextVar}, which its tasks inherit in the same way.
 *
 * <p>A child starts with the values that the starting task has at that moment. Values that the child sets later are its
 * own.
 *
 * <pre>{@code
 * static final ContextVar<String> USER = ContextVar.create("user");
 *
 * USER.where("ada", () -> group.startSoon(() -> System.out.println(USER.get())));   // ada
 * }</pre>
 *
 * <p>Only tasks may use it, and code that a task runs on a worker thread: that code begins with a copy of the values of
 * the task, and what it sets is not seen by the task. No method is a checkpoint.
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
     * The state that {@link #set} has replaced. It can be restored once, with {@link #reset}. AnyIO:
     * {@code contextvars.Token}.
     *
     * @param <T> the type of the value
     */
    public static final class Token<T extends @Nullable Object> {
        private final ContextVar<T> variable;
        private final Object context; // the entered context, or the task or the call if none was entered
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

    /** Creates a variable without a default. The name is used in messages only. */
    public static <T extends @Nullable Object> ContextVar<T> create(String name) {
        Objects.requireNonNull(name, "name");
        return new ContextVar<>(name, false, null);
    }

    /** Creates a variable with a default. */
    public static <T extends @Nullable Object> ContextVar<T> create(String name, T defaultValue) {
        Objects.requireNonNull(name, "name");
        return new ContextVar<>(name, true, defaultValue);
    }

    /**
     * Returns the value in the current task, or the default.
     *
     * @throws NoSuchElementException when there is neither
     * @throws NoEventLoopException when not called by a task or on a worker thread
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
     * Returns the value in the current task, or {@code otherwise}. Ignores the default.
     *
     * @throws NoEventLoopException when not called by a task or on a worker thread
     */
    public T get(T otherwise) {
        ContextMap context = values();
        int at = context.indexOf(this);
        return at < 0 ? otherwise : Unchecked.cast(context.valueAt(at));
    }

    /**
     * Returns whether the current task has a value, its own or an inherited one.
     *
     * @throws NoEventLoopException when not called by a task or on a worker thread
     */
    public boolean isSet() {
        return values().indexOf(this) >= 0;
    }

    /**
     * Sets the value for the current task and for the tasks that it starts from now on. Returns a token with which
     * {@link #reset} restores the previous state.
     *
     * @throws NoEventLoopException when not called by a task or on a worker thread
     */
    public Token<T> set(T value) {
        ContextHolder holder = CurrentContext.require("set a context variable");
        ContextMap before = holder.context().map();
        holder.setContext(holder.context().with(this, value));
        int at = before.indexOf(this);
        return new Token<>(this, contextOf(holder), at >= 0, at < 0 ? null : before.valueAt(at));
    }

    /**
     * Restores the state before the call of {@link #set} that returned the token. Removes the value if there was none.
     *
     * @throws IllegalArgumentException when the token belongs to another variable, was created in another context
     *     (another task or another {@link TaskContext}), or was used before
     * @throws NoEventLoopException when not called by a task or on a worker thread
     */
    public void reset(Token<T> token) {
        ContextHolder holder = CurrentContext.require("reset a context variable");
        if (token.variable != this) {
            throw new IllegalArgumentException("This token does not belong to " + this + " but to " + token.variable
                    + "; reset a variable with a token of its own set()");
        }
        if (token.context != contextOf(holder)) {
            throw new IllegalArgumentException(
                    "This token of " + this + " was created in another context; reset the variable where it was set");
        }
        if (!token.used.compareAndSet(false, true)) {
            throw new IllegalArgumentException("This token has been used already; each token resets " + this + " once");
        }
        ContextValues context = holder.context();
        holder.setContext(token.hadValue ? context.with(this, token.before) : context.without(this));
    }

    private static Object contextOf(ContextHolder holder) {
        return holder.context() instanceof ContextMap ? holder : holder.context();
    }

    /**
     * Sets the value, runs {@code body}, and restores the previous state. AnyIO: {@code set} and {@code reset}.
     *
     * @throws NoEventLoopException when not called by a task or on a worker thread
     */
    public <X extends Exception> void where(T value, Block<X> body) throws X {
        Objects.requireNonNull(body, "body");
        this.<@Nullable Void, X>where(value, () -> {
            body.run();
            return null;
        });
    }

    /** Like {@link #where(Object, Block)}, and returns the value of the body. */
    public <R extends @Nullable Object, X extends Exception> R where(T value, ValueBlock<R, X> body) throws X {
        Objects.requireNonNull(body, "body");
        ContextHolder holder = CurrentContext.require("set a context variable");
        ContextMap before = holder.context().map();
        holder.setContext(holder.context().with(this, value));
        try {
            return body.call();
        } finally {
            int at = before.indexOf(this);
            ContextValues now = holder.context();
            holder.setContext(at < 0 ? now.without(this) : now.with(this, before.valueAt(at)));
        }
    }

    private static ContextMap values() {
        return CurrentContext.require("read a context variable").context().map();
    }

    @Override
    public String toString() {
        return "ContextVar[" + name + "]";
    }
}
