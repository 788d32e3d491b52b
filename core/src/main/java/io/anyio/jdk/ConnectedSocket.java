package io.anyio.jdk;

import io.anyio.lowlevel.SendQueue;
import io.anyio.lowlevel.SingleWaiter;
import io.anyio.spi.ByteTransport;
import io.anyio.spi.LoopAction;
import java.io.IOException;
import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A TCP connection. The receiving task reads from the system itself, when the loop has reported that there is something
 * to read. The loop writes what tasks have sent at the end of each drain.
 */
final class ConnectedSocket
        implements ByteTransport, LoopAction.Handler, SelectorLoop.Registered, OpenSockets.OpenSocket {
    /*
     * Tasks set `endWanted`, `closing` and `aborting`, and request a run. All else happens on the loop's thread, which
     * reads these in run(). In brackets: the field that holds the state.
     *
     *    OPEN ── shutdownOutput() [endWanted] ── all written ──▶ output ENDED [endSent]
     *    any state ── close() [closing] ── all written, or LINGER is over ──▶ GONE [gone]
     *    any state ── abort() [aborting] ── reset ──▶ GONE
     *    any state ── a read or a write fails ──▶ BROKEN [failure]
     *    BROKEN ── closing, or the input has ended ── reset ──▶ GONE
     *
     * A connection that a failed write has broken stays open for its reader: the system keeps the bytes that arrived
     * before, and reports the end after them.
     */

    private static final VarHandle FAILURE = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "failure", VarHandle.class, ConnectedSocket.class, IOException.class);

    /** How long a close may keep sending to a peer that does not take the bytes, when no task waits for it. */
    private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final InetSocketAddress UNKNOWN = new InetSocketAddress(0);

    private final SocketChannel channel;
    private final JdkLoopDriver home;
    private final LoopAction action;
    private final Readiness input;
    private final SocketReader reader;
    private final SendQueue<ByteBuffer> queue;
    private final SocketWriter output;
    private final SingleWaiter closer;
    private final InetSocketAddress local;
    private final InetSocketAddress remote;

    private volatile boolean closing; // set once by any thread
    private volatile boolean aborting; // set once by any thread
    private volatile boolean endWanted; // set once by the sending task
    private volatile boolean writing; // written by the loop: inside a write
    private volatile @Nullable IOException failure; // set once by the receiving task or the loop, through FAILURE
    private volatile boolean gone; // set once by the loop: the channel is closed
    private boolean endSent; // loop only
    private @Nullable SelectionKey key; // loop only
    private LoopTimers.@Nullable Timer linger; // loop only

    ConnectedSocket(SocketChannel channel, JdkLoopDriver home) {
        this.channel = channel;
        this.home = home;
        this.action = home.actions().action(this);
        this.input = new Readiness(action, home.loopThread());
        this.reader = new SocketReader(channel, this, input, home.buffers());
        this.queue = SendQueue.create(home.buffers(), action, home.loopThread(), false);
        this.output = new SocketWriter(channel, queue, home.buffers());
        this.closer = SingleWaiter.create(home.loopThread());
        this.local = inet(channel.socket().getLocalSocketAddress());
        this.remote = inet(channel.socket().getRemoteSocketAddress());
    }

    private static InetSocketAddress inet(@Nullable SocketAddress address) {
        return address instanceof InetSocketAddress known ? known : UNKNOWN;
    }

    /** Registers the socket with its loop. */
    ConnectedSocket open() {
        action.request();
        return this;
    }

    // ---- the receiving task ----

    @Override
    public int receive(ByteBuffer target) throws IOException {
        return reader.receive(target);
    }

    @Override
    public byte @Nullable [] receive(int max) throws IOException {
        return reader.receive(max);
    }

    @Override
    public int awaitReadable() throws IOException {
        return reader.awaitReadable();
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        return reader.read(target);
    }

    // ---- the reader and the loop ----

    boolean isClosing() {
        return closing;
    }

    boolean isGone() {
        return gone;
    }

    boolean isWriting() {
        return writing;
    }

    boolean isBroken() {
        return failure != null;
    }

    /** Returns why the connection is broken. */
    IOException whyBroken() {
        IOException why = failure;
        return why == null ? new ClosedChannelException() : why; // without a failure, a task has closed it
    }

    /** Records why the connection is broken. */
    void breakWith(IOException cause) {
        if (FAILURE.compareAndSet(this, null, cause)) {
            queue.fail(cause);
        }
    }

    void requestRun() {
        action.request();
    }

    // ---- the sending task ----

    @Override
    public void write(ByteBuffer source) throws IOException {
        queue.write(source);
    }

    @Override
    public void flush() throws IOException {
        queue.flush();
    }

    @Override
    public void shutdownOutput() throws IOException {
        queue.check();
        endWanted = true;
        action.request();
    }

    @Override
    public void awaitClosed() {
        if (!isOutputDone()) {
            closer.await("close", this::isOutputDone);
        }
    }

    /** Returns whether the system has all bytes, or will never get them. */
    private boolean isOutputDone() {
        return gone || queue.isDone() || failure != null;
    }

    // ---- any thread ----

    private long bytesToSend() {
        return isOutputDone() ? 0 : queue.pending();
    }

    @Override
    public void close() {
        closing = true;
        queue.close();
        input.wake();
        action.request();
    }

    @Override
    public void abort() {
        aborting = true;
        close();
    }

    @Override
    public InetSocketAddress localAddress() {
        return local;
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return remote;
    }

    @Override
    public int loop() {
        return home.index();
    }

    // ---- the loop ----

    /** Performs the requests of tasks, in the order in which they must reach the system. */
    @Override
    public void run() {
        boolean close = closing; // before `aborting`, which is set first; otherwise an abort could pass for a close
        if (gone) {
            output.discard();
        } else if (aborting) {
            reset();
        } else if (failure != null || !writeOut()) {
            broken(close);
        } else {
            watch();
            end(close);
        }
    }

    /** Writes what the system takes. Returns false if the connection is broken. */
    private boolean writeOut() {
        writing = true;
        try {
            output.writeOut();
            return true;
        } catch (IOException cause) {
            breakWith(cause);
            return false;
        } finally {
            writing = false;
        }
    }

    /** Handles a broken connection. */
    private void broken(boolean close) {
        queue.fail(whyBroken()); // the receiving task may have failed to
        output.discard();
        closer.wake();
        if (close || reader.hasEnded()) {
            reset();
        } else {
            watch();
        }
    }

    /** Ends the output, or the connection, if a task has requested it and all bytes are written. */
    private void end(boolean close) {
        if (!close && !endWanted) {
            return;
        }
        if (queue.isDone()) {
            if (close) {
                closeChannel();
            } else if (!endSent) {
                endSent = true;
                shutdown();
            }
        } else if (close && linger == null) {
            linger = home.loop().schedule(LINGER_NANOS, this::lingered);
        }
    }

    private void shutdown() {
        try {
            channel.shutdownOutput();
        } catch (IOException broken) {
            // the next read reports it
        }
    }

    private void lingered() {
        linger = null;
        if (closer.isEmpty()) {
            reset();
        } else { // a task waits for the close and decides how long
            linger = home.loop().schedule(LINGER_NANOS, this::lingered);
        }
    }

    /** Updates what the selector watches. */
    private void watch() {
        SelectionKey known = key;
        int wanted = (input.isWanted() ? SelectionKey.OP_READ : 0) | (output.isBlocked() ? SelectionKey.OP_WRITE : 0);
        if (known == null) {
            try {
                known = home.loop().register(channel, this);
            } catch (IOException closedMeanwhile) {
                failed(closedMeanwhile);
                return;
            }
            key = known;
            home.open().add(this);
            home.senders().add(this, this::bytesToSend);
        }
        if (known.interestOps() != wanted) {
            known.interestOps(wanted);
        }
    }

    @Override
    public void ready(SelectionKey known) {
        int ops = known.readyOps();
        boolean watchInput = (ops & SelectionKey.OP_READ) == 0 || input.report();
        if (!watchInput || (ops & SelectionKey.OP_WRITE) != 0) {
            run();
        }
    }

    /** Closes the channel so that the peer sees a reset. */
    private void reset() {
        try {
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        } catch (IOException refused) {
            // then it is closed without a reset
        }
        closeChannel();
    }

    /**
     * Closes the channel. Called by the loop only: elsewhere, the system might have reused the descriptor meanwhile.
     */
    private void closeChannel() {
        if (gone) {
            return;
        }
        if (!closing && failure == null) {
            breakWith(new IOException("The event loop has closed the connection"));
        }
        gone = true;
        if (linger != null) {
            linger.cancel();
            linger = null;
        }
        SocketErrors.close(channel);
        output.discard();
        home.open().remove(this);
        home.senders().remove(this);
        wakeAll();
    }

    private void wakeAll() {
        input.wake();
        closer.wake();
    }

    @Override
    public boolean isSending() {
        return closing && !aborting && !gone && !queue.isDone() && failure == null;
    }

    @Override
    public void closeNow() {
        if (aborting || failure != null || !writeOut() || !queue.isDone()) {
            reset();
        } else {
            closeChannel();
        }
    }

    /** Handles an unexpected failure. */
    @Override
    public void failed(Throwable cause) {
        breakWith(SocketErrors.unexpected(cause));
        reset();
    }

    @Override
    public void loopEnded() {
        breakWith(new IOException("The event loop has ended"));
        reset();
        queue.discard();
    }

    @Override
    public String toString() {
        return "ConnectedSocket[" + local + ", " + remote + "]";
    }
}
