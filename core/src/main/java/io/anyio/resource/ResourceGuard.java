package io.anyio.resource;

import io.anyio.lowlevel.StackSpace;
import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;

/**
 * Admits one task at a time to a resource, and fails a second one. AnyIO: {@code ResourceGuard}.
 *
 * <pre>{@code
 * private final ResourceGuard guard = ResourceGuard.create("reading from");
 *
 * byte[] receive() {
 *     try (var _ = guard.enter()) {
 *         ...
 *     }
 * }
 * }</pre>
 *
 * All methods may be called from any thread. None waits or is a checkpoint.
 */
public final class ResourceGuard implements AutoCloseable {
    private static final VarHandle BUSY = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "busy", VarHandle.class, ResourceGuard.class, boolean.class);

    private final String action;

    @SuppressWarnings("unused") // set by any thread through BUSY, cleared by the thread that set it
    private volatile boolean busy;

    private ResourceGuard(String action) {
        this.action = action;
    }

    /** Returns a guard whose message says "using". */
    public static ResourceGuard create() {
        return create("using");
    }

    /**
     * Returns a guard that reports another task "already {@code action} this resource", such as {@code "reading from"}.
     */
    public static ResourceGuard create(String action) {
        return new ResourceGuard(Objects.requireNonNull(action, "action"));
    }

    /**
     * Takes the resource until the returned guard (this one) is closed.
     *
     * @throws BusyResourceException when the resource is already taken
     * @throws StackOverflowError when there is too little space on the stack to use the resource and to release it
     */
    public ResourceGuard enter() {
        StackSpace.require(); // what is taken from the resource must reach the caller
        if (!BUSY.compareAndSet(this, false, true)) {
            throw new BusyResourceException("Another task is already " + action + " this resource");
        }
        return this;
    }

    /** Releases the resource. */
    @Override
    public void close() {
        busy = false;
    }
}
