package io.anyio.netty.tcp;

import io.anyio.lowlevel.SendQueue;
import io.anyio.lowlevel.SingleWaiter;
import io.anyio.netty.buffer.InboundBuffer;
import io.anyio.netty.buffer.OutboundBuffer;
import io.anyio.netty.buffer.ReadAllocator;
import io.anyio.netty.loop.NettyLoopDriver;
import io.anyio.netty.loop.OpenChannels;
import io.anyio.netty.transport.EpollReregistration;
import io.anyio.netty.transport.IoUringResetDetector;
import io.anyio.netty.transport.SystemErrors;
import io.anyio.spi.ByteTransport;
import io.anyio.spi.LoopAction;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Blocking calls on a channel. {@link InboundBuffer} and {@link OutboundBuffer} hold the bytes; this class holds the
 * state.
 */
public final class ChannelTransport implements ByteTransport, LoopAction.Handler, OpenChannels.OpenChannel {
    /*
     * Tasks set `endWanted`, `closing` and `aborting`, and request a run. All else happens on the loop's thread, which
     * reads these in act(). In brackets: the field that holds the state.
     *
     * Output:
     *
     *    OPEN ── shutdownOutput() ──▶ ENDING [endWanted] ── all written ──▶ ENDED [endSent]
     *      │                             │                                    │
     *      └───────────── close() ───────┴────────────────────────────────────┘
     *                        ▼
     *                     CLOSING [closing] ── all written, or LINGER_SECONDS are over ──▶ GONE [gone]
     *
     *    any state ── a write fails ──▶ BROKEN ──┬── closing, or the input has ended ──▶ reset ──▶ GONE
     *                                            └── [lastBytes] reads the input to its end ──▶ fail() ──▶ GONE
     *    any state ── abort() [aborting] ──▶ reset ──▶ GONE
     *    any state ── fail() ──▶ both directions fail ──▶ GONE
     *    any state ── the channel is closed by other code, or the loop ends ──▶ GONE
     *
     * Input:
     *
     *    READING ── inputEnded() ──┬──▶ ENDED; before later writes epoll registers the channel again [reregistration]
     *                              │      ▲
     *                              │      └─ the write succeeds ─┐
     *                              └──▶ IN DOUBT [endInDoubt] ───┴─ the write fails ──▶ fail()
     *
     * The end is in doubt if the system has discarded an io_uring connection while a write is pending: it may be an
     * orderly end, or a reset that the system reports only to that write.
     */

    /** How long a close may keep sending to a peer that does not take the bytes, when no task waits for it. */
    private static final long LINGER_SECONDS = 10;

    private static final InetSocketAddress UNKNOWN = new InetSocketAddress(0);

    private final Channel channel;
    private final NettyLoopDriver driver;
    private final ReadAllocator reads;
    private final LoopAction action;
    private final InboundBuffer inbound;
    private final OutboundBuffer outbound;
    private final SendQueue<ByteBuf> queue; // of outbound
    private final SingleWaiter closer;
    private final @Nullable IoUringResetDetector resets;

    private volatile boolean closing; // set once by any thread
    private volatile boolean aborting; // set once by any thread
    private volatile boolean endWanted; // set once by the sending task
    private volatile boolean gone; // set once by the loop: the channel is closed
    private boolean endSent; // loop only
    private boolean endInDoubt; // loop only: the input has ended; the result of the pending write tells how
    private @Nullable LastBytes lastBytes; // loop only; set once, when a write has failed
    private @Nullable EpollReregistration reregistration; // loop only; set once, when the peer has ended its output
    private @Nullable ScheduledFuture<?> linger; // loop only
    private volatile InetSocketAddress local = UNKNOWN; // set once by open()
    private volatile InetSocketAddress remote = UNKNOWN; // set once by open()

    ChannelTransport(Channel channel, NettyLoopDriver driver, ReadAllocator reads) {
        this.channel = channel;
        this.driver = driver;
        this.action = driver.actions().action(this);
        this.closer = SingleWaiter.create(driver.loopThread());
        this.inbound = new InboundBuffer(channel, action, driver.loopThread());
        this.resets = IoUringResetDetector.of(channel, this::fail);
        this.outbound = new OutboundBuffer(channel, driver.sendBuffers(), action, driver.loopThread(), resets != null);
        this.queue = outbound.queue();
        this.reads = reads;
        channel.config().setRecvByteBufAllocator(reads);
        channel.pipeline().addLast(new StreamHandler(this, driver));
    }

    Channel channel() {
        return channel;
    }

    InboundBuffer inbound() {
        return inbound;
    }

    /** Records the addresses of the connected channel, because the system forgets them when the connection breaks. */
    public ChannelTransport open() {
        local = inet(channel.localAddress());
        remote = inet(channel.remoteAddress());
        return this;
    }

    private static InetSocketAddress inet(@Nullable SocketAddress address) {
        return address instanceof InetSocketAddress known ? known : UNKNOWN;
    }

    // ---- tasks ----

    @Override
    public int awaitReadable() throws IOException {
        return inbound.awaitReadable();
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        return inbound.read(target);
    }

    @Override
    public int receive(ByteBuffer target) throws IOException {
        return inbound.receive(target);
    }

    @Override
    public byte @Nullable [] receive(int max) throws IOException {
        return inbound.receive(max);
    }

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
        return gone || queue.isDone() || outbound.hasFailed();
    }

    // ---- any thread ----

    /** Returns the number of bytes that were sent and that the system has not taken. */
    long bytesToSend() {
        return isOutputDone() ? 0 : queue.pending();
    }

    @Override
    public void close() {
        closing = true;
        inbound.close();
        queue.close();
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
        return driver.index();
    }

    // ---- the loop ----

    /** Takes over the bytes of one read of the channel, which reads again immediately if there are more. */
    void channelRead(ByteBuf message) {
        outbound.holdBack(reads.holds(message)); // an earlier handler may not report which read is the last
        driver.dispatcher().deliver(inbound, message);
    }

    /** Called after the channel's last read of a turn. */
    void channelReadComplete() {
        outbound.holdBack(false);
        if (!queue.isDone()) {
            run();
        }
    }

    @Override
    public boolean isSending() {
        return closing && !aborting && !gone && !queue.isDone() && !outbound.hasFailed();
    }

    /** Performs the requests of tasks. */
    @Override
    public void run() {
        act();
        if (resets != null) {
            watch(resets);
        }
    }

    private void watch(IoUringResetDetector detector) {
        if (gone || outbound.hasFailed() || queue.isDone()) {
            detector.stop();
        } else if (outbound.isWriting() && (outbound.isAwaited() || closing || endWanted || endInDoubt)) {
            detector.watch();
        }
    }

    /** Returns whether the channel is checked periodically for a reset. Called on the loop's thread. */
    boolean isWatched() {
        return resets != null && resets.isWatching();
    }

    /** Performs the requests in the order in which they must reach the channel. */
    private void act() {
        // read before `aborting`, which abort() sets first; otherwise an abort could pass for an orderly close
        boolean close = closing;
        if (gone) {
            queue.discard();
            return;
        }
        if (aborting) {
            var _ = reset();
            return;
        }
        if (endInDoubt && !outbound.isWriting()) {
            endInDoubt = false;
            inputEnded();
        }
        if (outbound.hasFailed()) {
            broken(close);
            return;
        }
        if (reregistration != null && !queue.isDone() && !reregistration.isReady()) {
            return; // the reregistration runs this again
        }
        outbound.writeOut(close || endWanted);
        inbound.resumeIfDrained();
        if (!close && !endWanted) {
            return;
        }
        if (queue.isDone()) {
            if (close) {
                var _ = channel.close();
            } else if (!endSent) {
                endSent = true;
                shutdown();
            }
        } else if (close && linger == null) {
            linger = linger();
        }
    }

    /** Handles a failed write. Bytes sent are lost; bytes that arrived before can still be received, if possible. */
    private void broken(boolean close) {
        queue.discard();
        closer.wake();
        if (close || inbound.hasEnded()) {
            var _ = reset();
        } else if (lastBytes == null) {
            lastBytes = LastBytes.read(channel, inbound, resets, this::inputEnded);
        }
    }

    private void shutdown() {
        if (channel instanceof DuplexChannel duplex) {
            var _ = duplex.shutdownOutput(); // if this fails, the connection is broken, and the next read reports it
        }
    }

    private @Nullable ScheduledFuture<?> linger() {
        try {
            return channel.eventLoop().schedule(this::lingered, LINGER_SECONDS, TimeUnit.SECONDS);
        } catch (RejectedExecutionException ended) {
            return null; // the loop closes its channels itself
        }
    }

    private void lingered() {
        linger = null;
        if (closer.isEmpty()) {
            var _ = reset();
        } else { // a task waits for the close and decides how long
            linger = linger();
        }
    }

    @Override
    public ChannelFuture closeNow() {
        if (aborting) {
            return reset();
        }
        outbound.writeOut(true); // it may be held back
        return channel.close();
    }

    /**
     * Closes the channel so that the peer sees a reset. Called on the loop's thread only, because only that thread
     * closes descriptors: elsewhere, the system might have reused a closed descriptor for another connection.
     */
    private ChannelFuture reset() {
        if (channel.isOpen()) {
            try {
                channel.config().setOption(ChannelOption.SO_LINGER, 0);
            } catch (ChannelException refused) {
                // then it is closed without a reset
            }
        }
        return channel.close();
    }

    /** Handles the end of the input. It may also be a reset that the system has reported only to a write. */
    void inputEnded() {
        IOException broken = queue.failure();
        if (broken != null) {
            fail(broken);
            return;
        }
        if (resets != null && outbound.isWriting() && resets.isClosed()) {
            endInDoubt = true;
            watch(resets);
            return;
        }
        inbound.end();
        if (reregistration == null) {
            reregistration = EpollReregistration.of(channel, this::run, this::closedWithoutEvent);
        }
    }

    /** Handles a channel that was closed while it was not registered, for which Netty fires no event. */
    private void closedWithoutEvent(@Nullable Throwable cause) {
        if (cause != null) {
            fail(cause);
        }
        closed();
    }

    /** Fails both directions after an error of the connection or of its processing, and closes the channel. */
    void fail(Throwable cause) {
        if (inbound.hasEnded() && outbound.hasFailed()) {
            return;
        }
        IOException failure = SystemErrors.precise(cause);
        queue.fail(failure); // first: a task that sees the failure by receiving must not be able to send
        IOException known = queue.failure();
        inbound.fail(known == null ? failure : known);
        closer.wake();
        var _ = channel.close();
    }

    /** Called when the channel has been closed, by this class or by other code. */
    void closed() {
        gone = true;
        queue.discard();
        if (resets != null) {
            resets.stop();
        }
        if (lastBytes != null) {
            lastBytes.stop();
        }
        ScheduledFuture<?> timer = linger;
        if (timer != null) {
            linger = null;
            timer.cancel(false);
        }
        end(closing ? "closed" : "The event loop has closed the connection"); // unless a write has reported the cause
    }

    @Override
    public void loopEnded() {
        gone = true;
        end("The event loop has ended");
    }

    private void end(String why) {
        IOException known = queue.failure();
        IOException failure = known == null ? new IOException(why) : known;
        queue.fail(failure);
        inbound.fail(failure);
        closer.wake();
    }

    /** Handles an unexpected failure of {@link #run}. */
    @Override
    public void failed(Throwable cause) {
        fail(cause);
    }

    @Override
    public String toString() {
        return "ChannelTransport[" + channel + "]";
    }
}
