package io.anyio.netty.message;

import io.anyio.AttachedRun;
import io.anyio.Cancelled;
import io.anyio.RunFinishedException;
import io.anyio.TaskOptions;
import io.anyio.resource.BrokenResourceException;
import io.anyio.spi.OperatorLog;
import io.anyio.stream.Listener;
import io.netty.channel.Channel;
import java.lang.System.Logger.Level;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The task that serves one connection of a foreign server. It is cancelled when the channel closes, and its end closes
 * the channel.
 */
final class ConnectionTask implements MessageHandler.Events {
    private static final OperatorLog LOG = OperatorLog.named("io.anyio.netty");

    private final AttachedRun run;
    private final int loop;
    private final ChannelMessages stream;
    private final Listener.Handler<? super ChannelMessages> handler;
    private @Nullable CompletableFuture<?> task; // loop only

    ConnectionTask(
            AttachedRun run, int loop, ChannelMessages stream, Listener.Handler<? super ChannelMessages> handler) {
        this.run = run;
        this.loop = loop;
        this.stream = stream;
        this.handler = handler;
    }

    @Override
    public void opened() {
        Channel channel = stream.channel();
        var options = TaskOptions.named("connection from " + channel.remoteAddress());
        try {
            task = run.start(options.withLoop(loop), this::serve);
        } catch (RunFinishedException closing) {
            LOG.log(Level.DEBUG, () -> channel + " is closed, because the runtime is");
            stream.close();
        }
    }

    @Override
    public void closed() {
        CompletableFuture<?> running = task;
        if (running != null) {
            running.cancel(false);
        }
    }

    private void serve() throws Exception {
        try {
            handler.handle(stream);
            throwUnheard();
        } catch (Cancelled byTheClose) { // which a message that could not be written may have caused
            throwUnheard();
            throw byTheClose;
        } catch (Exception failure) {
            if (!PeerFailures.isOrdinaryEnd(failure)) {
                throw failure;
            }
            throwUnheard();
            LOG.log(Level.DEBUG, () -> stream.channel() + " has ended: " + failure);
        } finally {
            stream.close();
        }
    }

    /** Throws the failure of a message that could not be written, unless the peer has caused it. */
    private void throwUnheard() {
        Throwable unheard = stream.outbound().failure();
        if (unheard != null && !PeerFailures.isOfPeer(unheard)) {
            throw new BrokenResourceException("A message could not be written to " + stream.channel(), unheard);
        }
    }
}
