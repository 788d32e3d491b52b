package io.anyio;

import io.anyio.internal.ContextHolder;
import io.anyio.internal.ContextMap;
import io.anyio.internal.ContextValues;
import io.anyio.internal.CurrentContext;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A set of values of {@link ContextVar}s with which code can be run or tasks can be started later.
 *
 * <p>AnyIO: the standard library's {@code contextvars.Context}, which {@code create_task} takes as {@code context}.
 *
 * <p>A task begins with a copy of the values of the task that starts it, or of the context that
 * {@link TaskOptions#withContext} names. Values that it sets later are its own. Code run by {@link #run} uses the
 * context itself, so the values that it sets are visible to the next code that runs in the context.
 *
 * <pre>{@code
 * var context = TaskContext.copyCurrent();
 * context.run(() -> USER.set("ada"));
 * group.startSoon(TaskOptions.DEFAULTS.withContext(context), () -> System.out.println(USER.get()));   // ada
 * }</pre>
 *
 * May be used by any thread. No method is a checkpoint. A context contains context variables only; scoped values and
 * the context of foreign libraries are still inherited from the task that starts another.
 */
public final class TaskContext {
    private final SharedValues values;

    private TaskContext(ContextMap values) {
        this.values = new SharedValues(values);
    }

    /** The values, which the code that runs in the context changes in place. */
    private static final class SharedValues extends ContextValues {
        private final AtomicReference<ContextMap> map;

        SharedValues(ContextMap map) {
            this.map = new AtomicReference<>(map);
        }

        @Override
        public ContextMap map() {
            return map.get();
        }

        @Override
        public ContextValues with(Object variable, @Nullable Object value) {
            return change(before -> before.with(variable, value));
        }

        @Override
        public ContextValues without(Object variable) {
            return change(before -> before.without(variable));
        }

        private SharedValues change(UnaryOperator<ContextMap> change) {
            map.updateAndGet(change);
            return this;
        }
    }

    /** Creates a context without values. AnyIO: {@code contextvars.Context()}. */
    public static TaskContext create() {
        return new TaskContext(ContextMap.EMPTY);
    }

    /**
     * Creates a context with the present values of the current task. AnyIO: {@code contextvars.copy_context()}.
     *
     * @throws NoEventLoopException when not called by a task or on a worker thread
     */
    public static TaskContext copyCurrent() {
        return new TaskContext(
                CurrentContext.require("copy the context").context().map());
    }

    /** Creates a context with the present values of this one. AnyIO: {@code Context.copy}. */
    public TaskContext copy() {
        return new TaskContext(map());
    }

    /**
     * Runs {@code body} in the current task with these values. The body reads and sets the values of this context, and
     * the tasks that it starts begin with a copy. Afterwards the task has its own values again. AnyIO:
     * {@code Context.run}.
     *
     * @throws NoEventLoopException when not called by a task or on a worker thread
     */
    public <X extends Exception> void run(Block<X> body) throws X {
        Objects.requireNonNull(body, "body");
        this.<@Nullable Void, X>call(() -> {
            body.run();
            return null;
        });
    }

    /** Like {@link #run}, and returns the value of the body. */
    public <T extends @Nullable Object, X extends Exception> T call(ValueBlock<T, X> body) throws X {
        Objects.requireNonNull(body, "body");
        ContextHolder holder = CurrentContext.require("enter a context");
        ContextValues before = holder.context();
        holder.setContext(values);
        try {
            return body.call();
        } finally {
            holder.setContext(before);
        }
    }

    ContextMap map() {
        return values.map();
    }

    @Override
    public String toString() {
        return "TaskContext" + map();
    }
}
