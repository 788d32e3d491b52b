package io.anyio.stream;

import io.anyio.spi.OperatorLog;
import java.lang.System.Logger.Level;

/** The log messages of memory object streams. */
final class StreamLog {
    private static final OperatorLog LOG = OperatorLog.named("io.anyio.stream");

    private StreamLog() {}

    /** Reports that an end was collected that was not closed. */
    static void notClosed(String what, Throwable origin) {
        LOG.log(
                Level.WARNING,
                () -> "A " + what + " was collected without having been closed; tasks that wait at the other end wait"
                        + " forever. Close it, preferably with try-with-resources",
                origin);
    }

    /** Reports that an item may not have been released. */
    static void notDisposed(Throwable failure) {
        LOG.log(
                Level.WARNING,
                () -> "The consumer for items that are not received failed for one of them, which may not have been"
                        + " released. Correct the consumer that was given to MemoryObjectStream.create",
                failure);
    }
}
