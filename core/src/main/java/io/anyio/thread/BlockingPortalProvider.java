package io.anyio.thread;

import io.anyio.spi.BackendOptions;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Shares one portal among all threads that need one at the same time. The first lease starts it, and the end of the
 * last lease closes it.
 *
 * <pre>{@code
 * try (var lease = provider.acquire()) {
 *     return lease.portal().call(() -> ask("host", 80));
 * }
 * }</pre>
 *
 * May be used by any thread that does not belong to the portal's run. AnyIO: {@code BlockingPortalProvider}.
 */
public final class BlockingPortalProvider {
    private final BackendOptions options;
    private final AtomicReference<@Nullable Shared> current = new AtomicReference<>(); // any thread

    private BlockingPortalProvider(BackendOptions options) {
        this.options = options;
    }

    /** A portal with the number of its leases. When the number has fallen to 0, it does not rise again. */
    private static final class Shared {
        private final AtomicInteger leases = new AtomicInteger(1); // any thread
        private final CompletableFuture<BlockingPortal> portal = new CompletableFuture<>();

        boolean join() {
            return leases.getAndUpdate(count -> count == 0 ? 0 : count + 1) > 0;
        }
    }

    /** Creates a provider of portals that are started with {@code options}. */
    public static BlockingPortalProvider create(BackendOptions options) {
        return new BlockingPortalProvider(Objects.requireNonNull(options, "options"));
    }

    /**
     * Returns a lease of the portal, after starting it if there is none. Waits while another thread starts it.
     *
     * @throws RuntimeException the failure of the backend, if it cannot be started
     */
    public Lease acquire() {
        while (true) {
            Shared shared = current.get();
            if (shared == null) {
                var own = new Shared();
                if (current.compareAndSet(null, own)) {
                    return new Lease(own, startFor(own));
                }
            } else if (shared.join()) {
                var lease = new Lease(
                        shared, Outcome.ofUninterruptibly(shared.portal).get());
                if (lease.portal.isRunning()) {
                    return lease;
                }
                current.compareAndSet(shared, null); // an error of a task has ended it
                lease.close();
            } else {
                current.compareAndSet(shared, null); // its last lease has just ended
            }
        }
    }

    private BlockingPortal startFor(Shared own) {
        try {
            BlockingPortal started = BlockingPortal.start(options);
            own.portal.complete(started);
            return started;
        } catch (Throwable notStarted) {
            current.compareAndSet(own, null); // the next lease tries again
            own.portal.completeExceptionally(notStarted);
            throw notStarted;
        }
    }

    /** The right to use the portal until it is closed. May be used by any thread. */
    public final class Lease implements AutoCloseable {
        private final Shared shared;
        private final BlockingPortal portal;
        private final AtomicBoolean closed = new AtomicBoolean(); // any thread

        private Lease(Shared shared, BlockingPortal portal) {
            this.shared = shared;
            this.portal = portal;
        }

        /** Returns the portal. Do not close it: it is shared. */
        public BlockingPortal portal() {
            return portal;
        }

        /**
         * Ends the lease. The end of the last one closes the portal, and waits until its tasks have ended. Idempotent.
         */
        @Override
        public void close() {
            if (closed.compareAndSet(false, true) && shared.leases.decrementAndGet() == 0) {
                current.compareAndSet(shared, null);
                portal.close();
            }
        }
    }
}
