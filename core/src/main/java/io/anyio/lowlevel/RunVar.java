package io.anyio.lowlevel;

import io.anyio.Block;
import io.anyio.ContextVar;
import io.anyio.NoEventLoopException;
import io.anyio.ValueBlock;
import io.anyio.internal.ContextMap;
import io.anyio.internal.MadeValue;
import io.anyio.internal.Run;
import io.anyio.internal.Task;
import io.anyio.internal.Unchecked;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A variable with a value for each run, which all tasks of the run share. AnyIO: {@code lowlevel.RunVar}.
 *
 * <p>Every run begins without a value, and the value is dropped when the run ends. For objects that are created once
 * for each run, such as a pool. For values of a task see {@link ContextVar}.
 *
 * <pre>{@code
 * static final RunVar<Pool> POOL = RunVar.create("pool");
 *
 * POOL.set(new Pool());
 * group.startSoon(() -> POOL.get().use());
 * }</pre>
 *
 * <p>Two variables with the same name are distinct. Only tasks may use it, on any loop of the run; outside of a task
 * the methods throw {@link NoEventLoopException}. No method is a checkpoint.
 *
 * @param <T> the type of the value
 */
public final class RunVar<T extends @Nullable Object> {
    private final String name;
    private final boolean hasDefault;
    private final @Nullable T defaultValue;
    private final @Nullable Supplier<? extends T> maker; // of the value of a run that has none
    private final Consumer<? super T> atEnd;

    private RunVar(
            String name,
            boolean hasDefault,
            @Nullable T defaultValue,
            @Nullable Supplier<? extends T> maker,
            Consumer<? super T> atEnd) {
        this.name = name;
        this.hasDefault = hasDefault;
        this.defaultValue = defaultValue;
        this.maker = maker;
        this.atEnd = atEnd;
    }

    /**
     * The state that {@link #set} has replaced. It can be restored once, with {@link #reset}. AnyIO:
     * {@code RunvarToken}.
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

    /** Creates a variable without a default. The name is used in messages only. */
    public static <T extends @Nullable Object> RunVar<T> create(String name) {
        Objects.requireNonNull(name, "name");
        return new RunVar<>(name, false, null, null, value -> {});
    }

    /** Creates a variable with a default. */
    public static <T extends @Nullable Object> RunVar<T> create(String name, T defaultValue) {
        Objects.requireNonNull(name, "name");
        return new RunVar<>(name, true, defaultValue, null, value -> {});
    }

    /**
     * Creates a variable whose value is made when a run first asks for it.
     *
     * <p>Such a variable cannot be set: {@link #set} and {@link #where} throw {@link IllegalStateException}.
     *
     * @param maker makes the value. Of several tasks that ask at the same time on different loops, each may make one,
     *     of which one is used; the others go to {@code atEnd}. Must not wait
     * @param atEnd called with the value when the run has ended, on any thread, such as to close a pool. Must not wait
     */
    public static <T extends @Nullable Object> RunVar<T> lazy(
            String name, Supplier<? extends T> maker, Consumer<? super T> atEnd) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(maker, "maker");
        Objects.requireNonNull(atEnd, "atEnd");
        return new RunVar<>(name, false, null, maker, atEnd);
    }

    /**
     * Returns the value in this run, or the default.
     *
     * @throws NoSuchElementException when there is neither
     * @throws NoEventLoopException when not called by a task
     */
    public T get() {
        Run run = run("read a run variable");
        ContextMap values = run.values().get();
        int at = values.indexOf(this);
        if (at < 0 && maker != null) {
            return made(run, maker);
        }
        if (at < 0 && !hasDefault) {
            throw new NoSuchElementException(this + " has no value in this run and no default");
        }
        return at < 0 ? Unchecked.cast(defaultValue) : valueAt(values, at);
    }

    private T made(Run run, Supplier<? extends T> how) {
        T own = how.get();
        var made = new MadeValue(own, () -> atEnd.accept(own));
        AtomicReference<ContextMap> values = run.values();
        ContextMap before = values.get();
        while (before.indexOf(this) < 0) {
            if (values.compareAndSet(before, before.with(this, made))) {
                return own;
            }
            before = values.get();
        }
        atEnd.accept(own); // another loop was faster
        return valueAt(before, before.indexOf(this));
    }

    private T valueAt(ContextMap values, int at) {
        Object value = values.valueAt(at);
        return Unchecked.cast(value instanceof MadeValue made ? made.value() : value);
    }

    /**
     * Returns the value in this run, or {@code otherwise}. Ignores the default.
     *
     * @throws NoEventLoopException when not called by a task
     */
    public T get(T otherwise) {
        ContextMap values = run("read a run variable").values().get();
        int at = values.indexOf(this);
        return at < 0 ? otherwise : valueAt(values, at);
    }

    /**
     * Sets the value for all tasks of this run. Returns a token with which {@link #reset} restores the previous state.
     *
     * @throws NoEventLoopException when not called by a task
     */
    public Token<T> set(T value) {
        Run run = run("set a run variable");
        if (maker != null) {
            throw new IllegalStateException(this + " makes its values itself and cannot be set");
        }
        AtomicReference<ContextMap> values = run.values();
        ContextMap before;
        do {
            before = values.get();
        } while (!values.compareAndSet(before, before.with(this, value)));
        int at = before.indexOf(this);
        return new Token<>(this, run.id(), at >= 0, at < 0 ? null : before.valueAt(at));
    }

    /**
     * Restores the state before the call of {@link #set} that returned the token. Removes the value if there was none.
     *
     * @throws IllegalArgumentException when the token belongs to another variable, was created in another run, or was
     *     used before
     * @throws NoEventLoopException when not called by a task
     */
    public void reset(Token<T> token) {
        Run run = run("reset a run variable");
        if (token.variable != this) {
            throw new IllegalArgumentException("This token does not belong to " + this + " but to " + token.variable
                    + "; reset a variable with a token of its own set()");
        }
        if (token.run != run.id()) {
            throw new IllegalArgumentException(
                    "This token was created in another run; reset the variable where it was set");
        }
        if (!token.used.compareAndSet(false, true)) {
            throw new IllegalArgumentException("This token has been used already; each token resets " + this + " once");
        }
        AtomicReference<ContextMap> values = run.values();
        ContextMap present;
        do {
            present = values.get();
        } while (!values.compareAndSet(
                present, token.hadValue ? present.with(this, token.before) : present.without(this)));
    }

    /**
     * Sets the value, runs {@code body}, and restores the previous state. AnyIO: {@code with var.set(value):}.
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

    /** Like {@link #where(Object, Block)}, and returns the value of the body. */
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
