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

/** What a server tells its operator. */
final class ServingLog {
    private static final OperatorLog LOG = OperatorLog.named("io.anyio.net");

    /** To be made while there are file descriptors. */
    ServingLog() {
        try {
            // loggers print the time, and the JDK reads its time zones from a file, once: it works now or never
            var _ = ZoneId.systemDefault();
        } catch (Throwable noSuchFile) {
            LOG.log(Level.WARNING, () -> "Cannot read the time zone", noSuchFile);
        }
    }

    /** The system has no room for another connection. */
    void refused(@Nullable String why, Duration pause) {
        LOG.log(Level.WARNING, () -> why + "; trying again in " + pause.toMillis() + " ms");
    }

    /** A handler has failed, or its client has gone away. */
    void failed(InetSocketAddress peer, Throwable failure) {
        Throwable what = failure instanceof FailureGroup group ? group.collapse() : failure;
        if (what instanceof EndOfStreamException) {
            LOG.log(Level.DEBUG, () -> "The client " + peer + " has ended the connection");
        } else if (isTheClients(what)) {
            LOG.log(Level.DEBUG, () -> "The connection from " + peer + " broke: " + what.getMessage());
        } else {
            LOG.log(Level.WARNING, () -> "Serving the connection from " + peer + " failed", failure);
        }
    }

    /** Whether it is what clients cause every day, be it in several tasks of the handler's. */
    private static boolean isTheClients(Throwable failure) {
        return failure instanceof FailureGroup group
                ? group.subgroup(ServingLog::isNews).isEmpty()
                : !isNews(failure);
    }

    private static boolean isNews(Throwable failure) {
        return !(failure instanceof FailureGroup
                || failure instanceof EndOfStreamException
                || failure instanceof BrokenResourceException);
    }
}
