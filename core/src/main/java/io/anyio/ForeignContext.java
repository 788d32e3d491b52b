package io.anyio;

import io.anyio.spi.ContextCarrier;
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
 * The process-wide registry of the {@linkplain ContextCarrier carriers} that propagate the context of foreign libraries
 * to each started task, and with each call to a worker thread.
 *
 * <p>The thread that starts a task or makes a call to a worker asks each carrier once. A task therefore runs with the
 * context of its own starter, however many threads start tasks concurrently.
 *
 * <p>AnyIO has no counterpart and needs none, because every library uses {@code contextvars}.
 *
 * <p>Carriers provided through {@link java.util.ServiceLoader} are found at the first start of a task in the process,
 * with the context class loader of that thread and with that of the library. They are kept for as long as the library
 * is loaded. A program that is unloaded before the library must {@linkplain #register register} its carriers instead,
 * and unregister them. Several carriers nest: the first is the outermost. Any thread may call the methods; none is a
 * checkpoint.
 */
public final class ForeignContext {
    private static final VarHandle CARRIERS = carriersHandle();

    private static volatile List<ContextCarrier> carriers = announced(); // replaced as a whole, by any thread

    private ForeignContext() {}

    private static List<ContextCarrier> announced() {
        Providers<ContextCarrier> carriers = Providers.ofContextCarriers();
        for (Error failure : carriers.failures()) {
            TaskLoop.LOG.log(Level.WARNING, () -> "A context carrier cannot be used; tasks run without it", failure);
        }
        return carriers.found();
    }

    private static VarHandle carriersHandle() {
        return ConstantBootstraps.staticFieldVarHandle(
                MethodHandles.lookup(), "carriers", VarHandle.class, ForeignContext.class, List.class);
    }

    /** Adds a carrier, for tasks that are started from now on. */
    public static void register(ContextCarrier carrier) {
        Objects.requireNonNull(carrier, "carrier");
        List<ContextCarrier> before;
        List<ContextCarrier> changed;
        do {
            before = carriers;
            changed = new ArrayList<>(before);
            changed.add(carrier);
        } while (!CARRIERS.compareAndSet(before, List.copyOf(changed)));
    }

    /** Removes a carrier. Does nothing when it was not registered. */
    public static void unregister(ContextCarrier carrier) {
        Objects.requireNonNull(carrier, "carrier");
        List<ContextCarrier> before;
        List<ContextCarrier> changed;
        do {
            before = carriers;
            changed = new ArrayList<>(before);
            changed.remove(carrier);
        } while (!CARRIERS.compareAndSet(before, List.copyOf(changed)));
    }

    /**
     * Returns code that runs {@code code} in the foreign context of the present thread, whichever thread calls it;
     * {@code code} itself when there is no carrier. For implementers that hand code from a task to another thread.
     */
    public static <T extends @Nullable Object, X extends Exception> ValueBlock<T, X> carrying(ValueBlock<T, X> code) {
        Objects.requireNonNull(code, "code");
        List<ContextCarrier> known = carriers;
        if (known.isEmpty()) {
            return code;
        }
        Callable<T> carried = code::call;
        for (ContextCarrier carrier : known.reversed()) {
            carried = carrier.carry(carried);
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
