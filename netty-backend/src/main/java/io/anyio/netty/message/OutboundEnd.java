package io.anyio.netty.message;

import io.netty.channel.Channel;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Closes a channel, or ends its output, when all messages that were sent before are written. On the loop's thread. */
final class OutboundEnd {

    /** How long a close may keep sending to a peer that does not take the bytes. */
    private static final long LINGER_SECONDS = 10;

    private final Channel channel;
    private final Runnable again;
    private boolean awaited; // the end of the last write
    private boolean sent;
    private boolean lingers;

    /**
     * The end of a channel's output.
     *
     * @param again called when the message has been written that {@link #close} or {@link #send} waits for
     */
    OutboundEnd(Channel channel, Runnable again) {
        this.channel = channel;
        this.again = again;
    }

    /** Closes the channel when {@code last} is written, or after {@link #LINGER_SECONDS}. */
    void close(@Nullable OutboundMessage last) {
        if (isWritten(last)) {
            closeNow();
        } else if (!lingers) {
            lingers = true;
            closeLater();
        }
    }

    /** Ends the output when {@code last} is written. */
    void send(@Nullable OutboundMessage last) {
        if (!sent && isWritten(last)) {
            sent = true;
            if (channel instanceof DuplexChannel duplex) {
                var _ = duplex.shutdownOutput(); // if this fails, the connection is broken, and a read reports it
            }
        }
    }

    private boolean isWritten(@Nullable OutboundMessage last) {
        if (last == null || last.isDone()) {
            return true;
        }
        if (!awaited) {
            awaited = true;
            var _ = last.addListener(_ -> {
                awaited = false;
                again.run();
            });
        }
        return false;
    }

    private void closeLater() {
        try {
            Future<?> timer = channel.eventLoop().schedule(this::closeNow, LINGER_SECONDS, TimeUnit.SECONDS);
            var _ = channel.closeFuture().addListener(_ -> timer.cancel(false));
        } catch (RejectedExecutionException ended) {
            // the loop closes its channels itself
        }
    }

    private void closeNow() {
        var _ = channel.close();
    }
}
