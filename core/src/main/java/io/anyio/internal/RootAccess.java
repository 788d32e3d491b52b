package io.anyio.internal;

import io.anyio.Cancelled;
import io.anyio.Deadline;
import java.lang.invoke.MethodHandles;
import org.jspecify.annotations.Nullable;

/**
 * What the engine needs of package-private members of {@code io.anyio}. That package provides the one implementation.
 */
public abstract class RootAccess {
    private static volatile @Nullable RootAccess root; // set once, when Cancelled is initialized

    /** Sets the implementation. Called once, by the initializer of {@link Cancelled}. */
    public static void provide(RootAccess implementation) {
        root = implementation;
    }

    /** Makes sure that there is an implementation. Called before the first run. */
    public static void prepare() {
        var _ = root();
    }

    static RootAccess root() {
        RootAccess known = root;
        if (known == null) {
            initialize();
            known = root;
        }
        if (known == null) {
            throw new AssertionError("The initializer of Cancelled provides no access");
        }
        return known;
    }

    private static void initialize() {
        try {
            MethodHandles.lookup().ensureInitialized(Cancelled.class);
        } catch (IllegalAccessException impossible) { // the class is public
            throw new AssertionError(impossible);
        }
    }

    /** Creates the exception that a checkpoint throws. */
    protected abstract Cancelled cancelled(CancelCause cause, boolean debug);

    /** Returns the {@code TaskInfo} of a task, a type that the engine may not name. */
    public static Object info(Task task) {
        return root().infoOf(task);
    }

    /** Returns the {@code TaskInfo} of a task, whose text describes the task in one line. */
    protected abstract Object infoOf(Task task);

    /** Returns a point in time as nanoseconds since the start of the run. */
    public static long nanos(Deadline deadline) {
        return root().nanosOf(deadline);
    }

    protected abstract long nanosOf(Deadline deadline);

    /** Runs {@code action} when the task of a {@code TaskHandle}, a type that the engine may not name, has ended. */
    public static void whenEnded(Object handle, Runnable action) {
        root().whenTaskEnded(handle, action);
    }

    protected abstract void whenTaskEnded(Object handle, Runnable action);
}
