package io.anyio.net;

import io.anyio.Cancelled;
import io.anyio.FailureGroup;
import io.anyio.resource.BrokenResourceException;
import io.anyio.stream.EndOfStreamException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.ZoneId;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a server tells its operator. A logger that fails, as it may when no file can be opened, fails alone. */
final class ServingLog {
    private static final System.Logger LOG = System.getLogger("io.anyio.net");

    /** To be made while there are file descriptors. */
    ServingLog() {
        try {
            // loggers print the time, and the JDK reads its time zones from a file, once: it works now or never
            var _ = ZoneId.systemDefault();
        } catch (Throwable noSuchFile) {
            log(Level.WARNING, () -> "Cannot read the time zone", noSuchFile);
        }
    }

    /** The system has no room for another connection. */
    void refused(@Nullable String why, Duration pause) {
        log(Level.WARNING, () -> why + "; trying again in " + pause.toMillis() + " ms", null);
    }

    /** A handler has failed, or its client has gone away. */
    void failed(InetSocketAddress peer, Throwable failure) {
        Throwable what = failure instanceof FailureGroup group ? group.collapse() : failure;
        if (what instanceof EndOfStreamException) {
            log(Level.DEBUG, () -> "The client " + peer + " has ended the connection", null);
        } else if (isTheClients(what)) {
            log(Level.DEBUG, () -> "The connection from " + peer + " broke: " + what.getMessage(), null);
        } else {
            log(Level.WARNING, () -> "Serving the connection from " + peer + " failed", failure);
        }
    }

    /** Whether it is what clients cause every day, be it in several tasks of the handler's. */
    private static boolean isTheClients(Throwable failure) {
        return failure instanceof FailureGroup group
                ? group.exceptions().stream().allMatch(ServingLog::isTheClients)
                : failure instanceof EndOfStreamException || failure instanceof BrokenResourceException;
    }

    private static void log(Level level, Supplier<String> message, @Nullable Throwable failure) {
        try {
            if (LOG.isLoggable(level)) {
                LOG.log(level, message.get(), failure);
            }
        } catch (Cancelled c) { // a logger of the user's that waits
            throw c;
        } catch (Throwable loggerFailed) {
            System.err.println(
                    message.get() + (failure == null ? "" : ": " + failure) + " (not logged: " + loggerFailed + ")");
        }
    }
}
