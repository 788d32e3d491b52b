package io.anyio.jdk;

import io.anyio.lowlevel.Suspension;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A connection that is being established, for a task that waits. Everything but {@link #await} is called by the loop.
 */
final class PendingConnect implements SelectorLoop.Registered, OpenSockets.OpenSocket {
    private final SocketChannel channel;
    private final JdkLoopDriver home;
    private final InetSocketAddress remote;
    private final @Nullable InetSocketAddress local;
    private final Suspension wait;
    private @Nullable IOException failure; // written by the loop before it resumes the wait

    PendingConnect(
            SocketChannel channel,
            JdkLoopDriver home,
            InetSocketAddress remote,
            @Nullable InetSocketAddress local,
            Suspension wait) {
        this.channel = channel;
        this.home = home;
        this.remote = remote;
        this.local = local;
        this.wait = wait;
    }

    /** Connects and waits. Closes the channel unless it succeeds. Called by the task. */
    ConnectedSocket await() throws IOException {
        try {
            home.loop().execute(this::begin);
        } catch (RejectedExecutionException ended) {
            channel.close();
            throw new IOException("The event loop has ended", ended);
        } catch (Throwable noMemory) {
            channel.close();
            throw noMemory;
        }
        try {
            wait.await();
        } catch (Throwable t) { // a cancellation, or a wait that is refused
            closeOnLoop();
            throw t;
        }
        if (failure != null) {
            throw failure;
        }
        try {
            return new ConnectedSocket(channel, home).open();
        } catch (Throwable noMemory) {
            closeOnLoop();
            throw noMemory;
        }
    }

    private void closeOnLoop() {
        try {
            home.loop().execute(this::closeNow);
        } catch (RejectedExecutionException ended) {
            close();
        }
    }

    private void begin() {
        try {
            bind();
            if (channel.connect(remote)) {
                wait.resume();
            } else {
                home.open().add(this);
                home.loop().register(channel, this).interestOps(SelectionKey.OP_CONNECT);
            }
        } catch (Throwable refused) {
            failed(refused);
        }
    }

    private void bind() throws IOException {
        if (local != null) {
            try {
                channel.bind(local);
            } catch (IOException refused) {
                throw SocketErrors.binding(refused);
            }
        }
    }

    @Override
    public void ready(SelectionKey key) throws IOException {
        if (channel.finishConnect()) {
            key.interestOps(0);
            home.open().remove(this);
            wait.resume();
        }
    }

    @Override
    public void failed(Throwable cause) {
        try {
            failure = cause instanceof Exception refused
                    ? SocketErrors.connecting(refused)
                    : SocketErrors.unexpected(cause);
        } catch (Throwable noMemory) {
            failure = SocketErrors.unexpected(noMemory);
        }
        closeNow();
        wait.resume();
    }

    @Override
    public void closeNow() {
        close();
        home.open().remove(this);
    }

    @Override
    public void loopEnded() {
        failed(new IOException("The event loop has ended"));
    }

    private void close() {
        SocketErrors.close(channel);
    }
}
