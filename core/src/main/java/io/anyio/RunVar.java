package io.anyio;

import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A value that belongs to a run and that all its tasks share. AnyIO: {@code lowlevel.RunVar}.
 *
 * <p>Every run begins without a value and forgets it when it ends. For what is made once for each run, such as a pool;
 * for what belongs to a task see {@link ContextVar}.
 *
 * <pre>{@code
 * static final RunVar<Pool> POOL = RunVar.create("pool");
 *
 * POOL.set(new Pool());
 * group.startSoon(() -> POOL.get().use());
 * }</pre>
 *
 * <p>Two variables with the same name are two variables. Only tasks may use it, on any loop of the run; nothing here is
 * a checkpoint. Outside of a task everything throws {@link NoEventLoopException}.
 *
 * @param <T> the type of the value
 */
public final class RunVar<T extends @Nullable Object> {
    private final String name;
    private final boolean hasDefault;
    private final @Nullable T defaultValue;

    private RunVar(String name, boolean hasDefault, @Nullable T defaultValue) {
        this.name = name;
        this.hasDefault = hasDefault;
        this.defaultValue = defaultValue;
    }

    /**
     * What {@link #set} has replaced, to be given back once with {@link #reset}. AnyIO: {@code RunvarToken}.
     *
     * @param <T> the type of the value
     */
    public static final class Token<T extends @Nullable Object> {
        private final RunVar<T> variable;
        private final long run;
        private final boolean hadValue;
        private final @Nullable Object before;
        private final AtomicBoolean used = new AtomicBoolean();

        private Token(RunVar<T> variable, long run, boolean hadValue, @Nullable Object before) {
            this.variable = variable;
            this.run = run;
            this.hadValue = hadValue;
            this.before = before;
        }
    }

    /** A variable without a default; the name is for messages only. */
    public static <T extends @Nullable Object> RunVar<T> create(String name) {
        Objects.requireNonNull(name, "name");
        return new RunVar<>(name, false, null);
    }

    /** A variable with a default. */
    public static <T extends @Nullable Object> RunVar<T> create(String name, T defaultValue) {
        Objects.requireNonNull(name, "name");
        return new RunVar<>(name, true, defaultValue);
    }

    /**
     * The value in this run, or the default.
     *
     * @throws NoSuchElementException when there is neither
     * @throws NoEventLoopException when not called by a task
     */
    public T get() {
        ContextMap values = run("read a run variable").values().get();
        int at = values.indexOf(this);
        if (at < 0 && !hasDefault) {
            throw new NoSuchElementException(this + " has no value in this run and no default");
        }
        return Unchecked.cast(at < 0 ? defaultValue : values.valueAt(at));
    }

    /**
     * The value in this run, or {@code otherwise}, whatever the default is.
     *
     * @throws NoEventLoopException when not called by a task
     */
    public T get(T otherwise) {
        ContextMap values = run("read a run variable").values().get();
        int at = values.indexOf(this);
        return at < 0 ? otherwise : Unchecked.cast(values.valueAt(at));
    }

    /**
     * Sets the value for all tasks of this run. The token restores what was there before.
     *
     * @throws NoEventLoopException when not called by a task
     */
    public Token<T> set(T value) {
        Run run = run("set a run variable");
        AtomicReference<ContextMap> values = run.values();
        ContextMap before;
        do {
            before = values.get();
        } while (!values.compareAndSet(before, before.with(this, value)));
        int at = before.indexOf(this);
        return new Token<>(this, run.id(), at >= 0, at < 0 ? null : before.valueAt(at));
    }

    /**
     * Restores what was there before the {@link #set} that gave this token; no value, if there was none.
     *
     * @throws IllegalArgumentException when the token is another variable's, was given in another run, or was used
     *     before
     * @throws NoEventLoopException when not called by a task
     */
    public void reset(Token<T> token) {
        Run run = run("reset a run variable");
        if (token.variable != this) {
            throw new IllegalArgumentException("This token does not belong to " + this + " but to " + token.variable
                    + "; reset a variable with a token of its own set()");
        }
        if (token.run != run.id()) {
            throw new IllegalArgumentException("This token was given in another run, in which alone it can be used");
        }
        if (!token.used.compareAndSet(false, true)) {
            throw new IllegalArgumentException("This token has been used already; each resets " + this + " once");
        }
        AtomicReference<ContextMap> values = run.values();
        ContextMap present;
        do {
            present = values.get();
        } while (!values.compareAndSet(
                present, token.hadValue ? present.with(this, token.before) : present.without(this)));
    }

    /**
     * Sets the value, runs {@code body}, and restores what was there before. AnyIO: {@code with var.set(value):}.
     *
     * @throws NoEventLoopException when not called by a task
     */
    public <X extends Exception> void where(T value, Block<X> body) throws X {
        Objects.requireNonNull(body, "body");
        Token<T> token = set(value);
        try {
            body.run();
        } finally {
            reset(token);
        }
    }

    /** {@link #where(Object, Block)} for a body that gives a value. */
    public <R extends @Nullable Object, X extends Exception> R where(T value, ValueBlock<R, X> body) throws X {
        Objects.requireNonNull(body, "body");
        Token<T> token = set(value);
        try {
            return body.call();
        } finally {
            reset(token);
        }
    }

    private static Run run(String what) {
        return Task.require(what).run();
    }

    @Override
    public String toString() {
        return "RunVar[" + name + "]";
    }
}
