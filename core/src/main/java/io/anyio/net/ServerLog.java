package io.anyio.net;

import io.anyio.FailureGroup;
import io.anyio.resource.BrokenResourceException;
import io.anyio.spi.OperatorLog;
import io.anyio.stream.EndOfStreamException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/** The log messages of a server to its operator. */
final class ServerLog {
    private static final OperatorLog LOG = OperatorLog.named("io.anyio.net");

    /** Must be made while file descriptors are available. */
    ServerLog() {
        try {
            // loggers print the time, and the JDK reads its time zones from a file only once: now or never
            var _ = ZoneId.systemDefault();
        } catch (Throwable noSuchFile) {
            LOG.log(Level.WARNING, () -> "Cannot read the time zone", noSuchFile);
        }
    }

    /** Logs that the system has no room for another connection. */
    void refused(@Nullable String why, Duration pause) {
        LOG.log(Level.WARNING, () -> why + "; trying again in " + pause.toMillis() + " ms");
    }

    /** Logs that a handler has failed or its client has gone away. */
    void failed(InetSocketAddress peer, Throwable failure) {
        Throwable what = failure instanceof FailureGroup group ? group.collapse() : failure;
        if (what instanceof EndOfStreamException) {
            LOG.log(Level.DEBUG, () -> "The client " + peer + " ended the connection");
        } else if (isTheClients(what)) {
            LOG.log(Level.DEBUG, () -> "The connection from " + peer + " broke: " + what.getMessage());
        } else {
            LOG.log(Level.WARNING, () -> "Serving the connection from " + peer + " failed", failure);
        }
    }

    /** Whether clients cause such failures in normal operation, possibly in several tasks of the handler. */
    private static boolean isTheClients(Throwable failure) {
        return failure instanceof FailureGroup group
                ? group.subgroup(ServerLog::isNews).isEmpty()
                : !isNews(failure);
    }

    private static boolean isNews(Throwable failure) {
        return !(failure instanceof FailureGroup
                || failure instanceof EndOfStreamException
                || failure instanceof BrokenResourceException);
    }
}
