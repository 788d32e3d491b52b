package io.anyio.internal;

import java.io.InterruptedIOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileLockInterruptionException;

/** Recognizes the failures with which blocking calls respond to an interrupt. */
public final class Interruptions {
    private Interruptions() {}

    /**
     * Returns whether an interrupted call failed because of the interrupt. Libraries wrap exceptions, so the causes
     * count too. A socket throws no special exception for it, but leaves the interrupt status set.
     *
     * @param unheard whether the call left the interrupt status set
     */
    public static boolean areCauseOf(Throwable failure, boolean unheard) {
        for (Throwable at : Causes.of(failure)) {
            boolean interrupted = switch (at) {
                case InterruptedException _, ClosedByInterruptException _, FileLockInterruptionException _ -> true;
                case InterruptedIOException io -> !(io instanceof SocketTimeoutException);
                case SocketException _ -> unheard;
                default -> false;
            };
            if (interrupted) {
                return true;
            }
        }
        return false;
    }
}
