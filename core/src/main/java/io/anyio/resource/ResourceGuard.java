package io.anyio.resource;

import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;

/**
 * Lets one user at a time into a resource, and tells a second one so. AnyIO: {@code ResourceGuard}.
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
 * Any thread may call; nothing here waits or is a checkpoint.
 */
public final class ResourceGuard implements AutoCloseable {
    private static final VarHandle BUSY = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "busy", VarHandle.class, ResourceGuard.class, boolean.class);

    private final String action;

    @SuppressWarnings("unused") // set by any thread through BUSY, cleared by the one that has set it
    private volatile boolean busy;

    private ResourceGuard(String action) {
        this.action = action;
    }

    /** A guard whose message says "using". */
    public static ResourceGuard create() {
        return create("using");
    }

    /**
     * A guard whose message says that another task is already {@code action} the resource, as in {@code "reading
     * from"}.
     */
    public static ResourceGuard create(String action) {
        return new ResourceGuard(Objects.requireNonNull(action, "action"));
    }

    /**
     * Takes the resource until the returned guard (this one) is closed.
     *
     * @throws BusyResourceException when somebody else holds it
     */
    public ResourceGuard enter() {
        if (!BUSY.compareAndSet(this, false, true)) {
            throw new BusyResourceException("Another task is already " + action + " this resource");
        }
        return this;
    }

    /** Frees the resource. */
    @Override
    public void close() {
        busy = false;
    }
}
