package io.anyio.thread;

import io.anyio.spi.BackendOptions;
import java.util.Objects;

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
    private final SharedResource<BlockingPortal> portals;

    private BlockingPortalProvider(BackendOptions options) {
        this.portals = new SharedResource<>(
                () -> BlockingPortal.start(options), BlockingPortal::isRunning, BlockingPortal::close);
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
        return new Lease(portals.acquire());
    }

    /** The right to use the portal until it is closed. May be used by any thread. */
    public static final class Lease implements AutoCloseable {
        private final SharedResource.Share<BlockingPortal> share;

        private Lease(SharedResource.Share<BlockingPortal> share) {
            this.share = share;
        }

        /** Returns the portal. Do not close it: it is shared. */
        public BlockingPortal portal() {
            return share.resource();
        }

        /**
         * Ends the lease. The end of the last one closes the portal, and waits until its tasks have ended. Idempotent.
         */
        @Override
        public void close() {
            share.close();
        }
    }
}
