package io.anyio;

import io.anyio.internal.EngineLog;
import io.anyio.internal.Unchecked;
import io.anyio.spi.ContextPropagator;
import io.anyio.spi.Providers;
import java.lang.System.Logger.Level;
import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * The process-wide registry of the {@linkplain ContextPropagator propagators} that propagate the context of foreign
 * libraries to each started task, and with each call to a worker thread.
 *
 * <p>The thread that starts a task or makes a call to a worker asks each propagator once. A task therefore runs with
 * the context of its own starter, however many threads start tasks concurrently.
 *
 * <p>AnyIO has no counterpart and needs none, because every library uses {@code contextvars}.
 *
 * <p>Carriers provided through {@link java.util.ServiceLoader} are found at the first start of a task in the process,
 * with the context class loader of that thread and with that of the library. They are kept for as long as the library
 * is loaded. A program that is unloaded before the library must {@linkplain #register register} its propagators
 * instead, and unregister them. Several propagators nest: the first is the outermost. Any thread may call the methods;
 * none is a checkpoint.
 */
public final class ContextPropagation {
    private static final VarHandle PROPAGATORS = propagatorsHandle();

    private static volatile List<ContextPropagator> propagators = announced(); // replaced as a whole, by any thread

    private ContextPropagation() {}

    private static List<ContextPropagator> announced() {
        Providers<ContextPropagator> propagators = Providers.ofContextPropagators();
        for (Error failure : propagators.failures()) {
            EngineLog.LOG.log(
                    Level.WARNING, () -> "A context propagator cannot be used; tasks run without it", failure);
        }
        return propagators.found();
    }

    private static VarHandle propagatorsHandle() {
        return ConstantBootstraps.staticFieldVarHandle(
                MethodHandles.lookup(), "propagators", VarHandle.class, ContextPropagation.class, List.class);
    }

    /** Adds a propagator, for tasks that are started from now on. */
    public static void register(ContextPropagator propagator) {
        Objects.requireNonNull(propagator, "propagator");
        List<ContextPropagator> before;
        List<ContextPropagator> changed;
        do {
            before = propagators;
            changed = new ArrayList<>(before);
            changed.add(propagator);
        } while (!PROPAGATORS.compareAndSet(before, List.copyOf(changed)));
    }

    /** Removes a propagator. Does nothing when it was not registered. */
    public static void unregister(ContextPropagator propagator) {
        Objects.requireNonNull(propagator, "propagator");
        List<ContextPropagator> before;
        List<ContextPropagator> changed;
        do {
            before = propagators;
            changed = new ArrayList<>(before);
            changed.remove(propagator);
        } while (!PROPAGATORS.compareAndSet(before, List.copyOf(changed)));
    }

    /**
     * Returns code that runs {@code code} in the foreign context of the present thread, whichever thread calls it;
     * {@code code} itself when there is no propagator. For implementers that hand code from a task to another thread.
     */
    public static <T extends @Nullable Object, X extends Exception> ValueBlock<T, X> wrap(ValueBlock<T, X> code) {
        Objects.requireNonNull(code, "code");
        List<ContextPropagator> known = propagators;
        if (known.isEmpty()) {
            return code;
        }
        Callable<T> carried = code::call;
        for (ContextPropagator propagator : known.reversed()) {
            carried = propagator.wrap(carried);
        }
        Callable<T> outermost = carried;
        return () -> {
            try {
                return outermost.call();
            } catch (Throwable thrown) { // thrown by the code: X or unchecked
                Unchecked.rethrow(thrown);
                throw new AssertionError(thrown);
            }
        };
    }
}
