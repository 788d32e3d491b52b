package io.anyio;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Values of {@link ContextVar}s, kept to run code with them later, or to start tasks with.
 *
 * <p>AnyIO: the standard library's {@code contextvars.Context}, which {@code create_task} takes as {@code context}.
 *
 * <p>A task begins with a copy of the values of the one that starts it, or of the context that
 * {@link TaskOptions#withContext} names; what it sets is its own. Code that {@link #run} runs works on the context
 * itself: the next one finds what it has left there.
 *
 * <pre>{@code
 * var context = TaskContext.copyCurrent();
 * context.run(() -> USER.set("ada"));
 * group.startSoon(TaskOptions.DEFAULTS.withContext(context), () -> System.out.println(USER.get()));   // ada
 * }</pre>
 *
 * Any thread may use one; nothing here is a checkpoint. It concerns context variables only: scoped values and the
 * context of foreign libraries come from the task that starts another, as ever.
 */
public final class TaskContext extends ContextValues {
    private final AtomicReference<ContextMap> values;

    private TaskContext(ContextMap values) {
        this.values = new AtomicReference<>(values);
    }

    /** A context without any value. AnyIO: {@code contextvars.Context()}. */
    public static TaskContext create() {
        return new TaskContext(ContextMap.EMPTY);
    }

    /**
     * A context with the values of the current task as they are now. AnyIO: {@code contextvars.copy_context()}.
     *
     * @throws NoEventLoopException when not called by a task
     */
    public static TaskContext copyCurrent() {
        return new TaskContext(Task.require("copy the context").context().map());
    }

    /** A context with the values that are in this one now. AnyIO: {@code Context.copy}. */
    public TaskContext copy() {
        return new TaskContext(map());
    }

    /**
     * Runs {@code body} in the current task with these values: what it reads and sets is read and set here, and the
     * tasks that it starts begin with a copy. Then the task has its own values again. AnyIO: {@code Context.run}.
     *
     * @throws NoEventLoopException when not called by a task
     */
    public <X extends Exception> void run(Block<X> body) throws X {
        Objects.requireNonNull(body, "body");
        this.<@Nullable Void, X>call(() -> {
            body.run();
            return null;
        });
    }

    /** {@link #run} for a body that gives a value. */
    public <T extends @Nullable Object, X extends Exception> T call(ValueBlock<T, X> body) throws X {
        Objects.requireNonNull(body, "body");
        Task task = Task.require("enter a context");
        ContextValues before = task.context();
        task.context(this);
        try {
            return body.call();
        } finally {
            task.context(before);
        }
    }

    @Override
    ContextMap map() {
        return values.get();
    }

    @Override
    ContextValues with(Object variable, @Nullable Object value) {
        return change(map -> map.with(variable, value));
    }

    @Override
    ContextValues without(Object variable) {
        return change(map -> map.without(variable));
    }

    private TaskContext change(UnaryOperator<ContextMap> change) {
        values.updateAndGet(change);
        return this;
    }

    @Override
    public String toString() {
        return "TaskContext" + map();
    }
}
