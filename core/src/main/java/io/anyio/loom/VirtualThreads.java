package io.anyio.loom;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.VarHandle;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Makes virtual threads with a custom scheduler. This is the only class that uses JDK internals.
 *
 * <p>Access is probed once, on first use. If the JVM was not started with {@link #flag()}, {@link #whyNot()} says so,
 * and the other methods must not be called.
 *
 * <p>AnyIO has no counterpart.
 */
public final class VirtualThreads {
    /*
     * Three private members of java.lang are used, all opened by the same flag:
     *   ThreadBuilders.newVirtualThread   makes a virtual thread with a given scheduler
     *   VirtualThread.scheduler           finds the scheduler of the current thread: for a task, the task itself
     *   Thread.scopedValueBindings        lets a task inherit the scoped values of the code that starts it
     */

    private static final @Nullable MethodHandle NEW_THREAD;
    private static final @Nullable Class<?> VIRTUAL_THREAD;
    private static final @Nullable MethodHandle SCHEDULER;
    private static final @Nullable VarHandle BINDINGS;
    private static final @Nullable Executor DEFAULT_SCHEDULER;
    private static final @Nullable Throwable FAILURE;

    static {
        MethodHandle newThread = null;
        Class<?> virtualThread = null;
        MethodHandle scheduler = null;
        VarHandle bindings = null;
        Executor defaultScheduler = null;
        Throwable failure = null;
        try {
            var lookup = MethodHandles.lookup();
            Class<?> builders = Class.forName("java.lang.ThreadBuilders");
            virtualThread = Class.forName("java.lang.VirtualThread");
            newThread = MethodHandles.privateLookupIn(builders, lookup)
                    .findStatic(
                            builders,
                            "newVirtualThread",
                            MethodType.methodType(
                                    Thread.class, Executor.class, String.class, int.class, Runnable.class));
            var inVirtualThread = MethodHandles.privateLookupIn(virtualThread, lookup);
            scheduler = inVirtualThread
                    .findGetter(virtualThread, "scheduler", Executor.class)
                    .asType(MethodType.methodType(Executor.class, Thread.class));
            bindings = MethodHandles.privateLookupIn(Thread.class, lookup)
                    .findVarHandle(Thread.class, "scopedValueBindings", Object.class);
            defaultScheduler = (Executor) inVirtualThread
                    .findStatic(virtualThread, "defaultScheduler", MethodType.methodType(Executor.class))
                    .invoke();
        } catch (Throwable e) { // a closed package, or a different JDK: use the portable carrier
            failure = e;
        }
        NEW_THREAD = failure == null ? newThread : null;
        VIRTUAL_THREAD = virtualThread;
        SCHEDULER = scheduler;
        BINDINGS = bindings;
        DEFAULT_SCHEDULER = defaultScheduler;
        FAILURE = failure;
    }

    private VirtualThreads() {}

    /** Returns why this JVM cannot make threads with a custom scheduler, or empty if it can. */
    public static Optional<String> whyNot() {
        return FAILURE == null
                ? Optional.empty()
                : Optional.of("start the JVM with " + flag() + " ("
                        + FAILURE.getClass().getSimpleName() + ": " + FAILURE.getMessage() + ")");
    }

    /** Returns the JVM flag that gives access, with the module name that fits how this library was loaded. */
    public static String flag() {
        var module = VirtualThreads.class.getModule();
        return "--add-opens=java.base/java.lang=" + (module.isNamed() ? module.getName() : "ALL-UNNAMED");
    }

    /** Returns an unstarted virtual thread that passes its continuation to {@code scheduler} whenever it can run. */
    public static Thread newThread(Executor scheduler, String name, Runnable body) {
        try {
            return (Thread) opened(NEW_THREAD).invokeExact(scheduler, name, 0, body);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /**
     * Returns the scheduler that {@link #newThread} was given, also for a virtual thread started inside such a thread.
     */
    public static Executor scheduler(Thread virtualThread) {
        try {
            return (Executor) opened(SCHEDULER).invokeExact(virtualThread);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Like {@link #scheduler}, and returns null for a platform thread. */
    public static @Nullable Executor schedulerOrNull(Thread thread) {
        return thread.getClass() == VIRTUAL_THREAD ? scheduler(thread) : null; // exact, so no cast remains
    }

    /** Returns the JDK's own scheduler, for threads that must run where they would run without this library. */
    public static Executor defaultScheduler() {
        return opened(DEFAULT_SCHEDULER);
    }

    /** Lets an unstarted thread inherit the scoped values that are bound in the current thread. */
    public static void inheritScopedValues(Thread unstarted) {
        VarHandle field = opened(BINDINGS);
        Object bindings = field.get(Thread.currentThread());
        if (bindings != null) {
            field.set(unstarted, bindings);
        }
    }

    private static <T> T opened(@Nullable T member) {
        if (member == null) {
            throw new IllegalStateException("No access to virtual thread internals: " + whyNot().orElse(""));
        }
        return member;
    }

    private static AssertionError unexpected(Throwable e) {
        if (e instanceof RuntimeException || e instanceof Error) {
            VirtualThreads.<RuntimeException>sneak(e);
        }
        return new AssertionError(e);
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <X extends Throwable> void sneak(Throwable e) throws X {
        throw (X) e;
    }
}
