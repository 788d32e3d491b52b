package io.anyio.thread;

import io.anyio.AnyIO;
import io.anyio.lowlevel.ExternalWork;
import io.anyio.spi.BackendOptions;
import io.anyio.spi.OperatorLog;
import io.anyio.spi.OwnThreads;
import java.lang.System.Logger.Level;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The thread of a portal with a run of its own. */
final class PortalThread {
    private static final OperatorLog LOG = OperatorLog.named("io.anyio");

    private final BackendOptions options;
    private final CompletableFuture<BlockingPortal> ready = new CompletableFuture<>();
    private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();

    private PortalThread(BackendOptions options) {
        this.options = options;
    }

    /** Starts the thread, and returns the portal when it is open. */
    static BlockingPortal start(BackendOptions options, String name) {
        Objects.requireNonNull(name, "name");
        var portal = new PortalThread(Objects.requireNonNull(options, "options"));
        Thread thread = OwnThreads.unstarted(name, portal::run);
        thread.setContextClassLoader(
                Thread.currentThread().getContextClassLoader()); // it is the caller's, until closed
        thread.start();
        return Outcome.ofUninterruptibly(portal.ready).get();
    }

    private void run() {
        try {
            AnyIO.run(() -> BlockingPortal.run(this::serve, ended), options);
        } catch (Throwable failure) { // also given to the caller of the task that failed
            if (!ready.completeExceptionally(failure)) {
                LOG.log(Level.WARNING, () -> "The run of a blocking portal has failed", failure);
            }
        } finally {
            ended.complete(null);
        }
    }

    private void serve(BlockingPortal portal) {
        ExternalWork calls = ExternalWork.begin("wait for calls from other threads");
        try {
            ready.complete(portal);
            portal.sleepUntilStopped();
        } finally {
            calls.end();
        }
    }
}
