package io.anyio.netty.message;

import io.anyio.Cancelled;
import io.anyio.FailureGroup;
import io.anyio.resource.BrokenResourceException;
import io.anyio.stream.EndOfStreamException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Tells the failures that peers cause in normal operation from those that are reported. */
final class PeerFailures {
    private PeerFailures() {}

    /** Returns whether a handler of a connection may end with this failure, possibly of several of its tasks. */
    static boolean isOrdinaryEnd(Throwable failure) {
        return failure instanceof FailureGroup group
                ? group.subgroup(PeerFailures::isNews).isEmpty()
                : !isNews(failure);
    }

    private static boolean isNews(Throwable failure) {
        return !(failure instanceof FailureGroup
                || failure instanceof EndOfStreamException
                || failure instanceof Cancelled
                || (failure instanceof BrokenResourceException && isOfPeer(failure.getCause())));
    }

    /** Returns whether the peer has caused a failure: it has broken the connection, or sent what a codec refuses. */
    static boolean isOfPeer(@Nullable Throwable cause) {
        if (cause == null || cause instanceof IOException) {
            return true;
        }
        for (Class<?> type = cause.getClass(); type != null; type = type.getSuperclass()) {
            if (type.getName().equals("io.netty.handler.codec.DecoderException")) { // of an artifact not needed here
                return true;
            }
        }
        return false;
    }
}
