package io.anyio.thread;

import io.anyio.AnyIO;
import io.anyio.lowlevel.ExternalWork;
import io.anyio.spi.BackendOptions;
import io.anyio.spi.OperatorLog;
import io.anyio.spi.OwnThreads;
import java.lang.System.Logger.Level;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/** The thread of a portal with a run of its own. */
final class PortalThread {
    private static final OperatorLog LOG = OperatorLog.named("io.anyio");

    private final BackendOptions options;
    private final CompletableFuture<BlockingPortal> ready = new CompletableFuture<>();
    private final Thread thread;

    private PortalThread(BackendOptions options, String name) {
        this.options = options;
        this.thread = OwnThreads.unstarted(name, this::run);
    }

    /** Starts the thread, and returns the portal when it is open. */
    static BlockingPortal start(BackendOptions options, String name) {
        Objects.requireNonNull(name, "name");
        var portal = new PortalThread(Objects.requireNonNull(options, "options"), name);
        portal.thread.setContextClassLoader(
                Thread.currentThread().getContextClassLoader()); // it is the caller's, until closed
        portal.thread.start();
        return Outcome.ofUninterruptibly(portal.ready).get();
    }

    private void run() {
        try {
            AnyIO.run(() -> BlockingPortal.run(this::serve, this::awaitEnd), options);
        } catch (Throwable failure) { // also given to the caller of the task that failed
            if (!ready.completeExceptionally(failure)) {
                LOG.log(Level.WARNING, () -> "The run of a blocking portal has failed", failure);
            }
        }
    }

    /** Waits until the thread has ended. An interrupt is deferred. */
    private void awaitEnd() {
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException later) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
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
