package io.anyio.netty;

import io.anyio.lowlevel.Checkpoints;
import io.anyio.lowlevel.Suspension;
import io.anyio.lowlevel.WaitQueue;
import io.anyio.resource.BrokenResourceException;
import io.anyio.resource.ClosedResourceException;
import io.anyio.spi.LoopAction;
import io.anyio.spi.OperatorLog;
import io.netty.channel.Channel;
import io.netty.channel.MessageSizeEstimator;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.Attribute;
import io.netty.util.AttributeKey;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.ReferenceCounted;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.FutureListener;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The messages that tasks send to a channel. They are written at the end of the drain in which they were sent, and
 * flushed once. A task waits while the channel is not writable.
 */
final class OutboundMessages implements LoopAction.Handler {
    /*
     * Sending. A task pushes a message to `newest` and requests a run; the loop takes all of them and writes them in
     * the order of sending.
     *
     * Waiting for room. A task joins `waiters`, sets `awaited`, then looks for room once more; the loop makes room,
     * then looks at `awaited`.
     *
     * The message sent last is `newest`, or `lastTaken` if the loop has taken all. The loop writes `lastTaken` before it
     * takes, so a thread that finds no newest one finds the right one there. A field that senders write after they have
     * pushed would not do: two senders could write it in the wrong order.
     *
     * Closing. `closing` is set by any thread. The loop writes what was sent before, and closes the channel when the
     * last write is complete, or after LINGER_SECONDS.
     */

    /** How long a close may keep sending to a peer that does not take the bytes. */
    private static final long LINGER_SECONDS = 10;

    private static final OperatorLog LOG = OperatorLog.named("io.anyio.netty");

    private static final VarHandle NEWEST = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "newest", VarHandle.class, OutboundMessages.class, OutboundMessage.class);

    private static final VarHandle QUEUED = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "queued", VarHandle.class, OutboundMessages.class, long.class);

    private static final VarHandle FAILURE = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "failure", VarHandle.class, OutboundMessages.class, Throwable.class);

    private static final AttributeKey<OutboundMessages> OF_CHANNEL =
            AttributeKey.valueOf(OutboundMessages.class, "of a channel");

    private final Channel channel;
    private final ChannelLoop loop;
    private final LoopAction action;
    private final MessageSizeEstimator.Handle estimator;
    private final WaitQueue waiters = WaitQueue.create(); // for room
    private final WaitQueue flushers = WaitQueue.create();

    private volatile @Nullable OutboundMessage newest; // pushed by any thread, taken by the loop; through NEWEST
    private volatile long queued; // bytes that were not written to the channel; any thread, through QUEUED
    private volatile boolean awaited; // set by tasks that wait for room, cleared by the loop
    private volatile @Nullable OutboundMessage lastTaken; // written by the loop, before it takes from `newest`
    private volatile @Nullable Throwable failure; // set once by any thread, through FAILURE
    private volatile boolean closing; // set once by any thread
    private volatile boolean endWanted; // set once by a task
    private volatile boolean hasStream; // set by any thread: a stream reports the failures
    private volatile boolean
            unobserved; // set once by the loop: other code has removed the handler that reports changes
    private volatile boolean loopEnded; // set once by any thread
    private boolean ending; // loop only: the end of the last write is awaited
    private boolean endSent; // loop only
    private boolean lingering; // loop only

    private OutboundMessages(Channel channel, ChannelLoop loop) {
        this.channel = channel;
        this.loop = loop;
        this.action = loop.actions().action(this);
        this.estimator = channel.config().getMessageSizeEstimator().newHandle();
    }

    /** Returns those of {@code channel}, which all tasks share that send to it. May be called from any thread. */
    static OutboundMessages of(Channel channel, ChannelLoop loop) {
        Attribute<OutboundMessages> attribute = channel.attr(OF_CHANNEL);
        OutboundMessages known = attribute.get();
        if (known != null) {
            return known;
        }
        var made = new OutboundMessages(channel, loop);
        OutboundMessages first = attribute.setIfAbsent(made);
        if (first != null) {
            return first;
        }
        var _ = channel.pipeline().addFirst(new OutboundEvents(made)); // first: no handler can keep an event back
        return made;
    }

    // ---- tasks ----

    /** Takes over {@code message}, and releases it if it cannot be sent. Waits for room. A checkpoint. */
    void send(Object message) {
        boolean taken = false;
        try {
            Checkpoints.ifCancelled("send a message");
            while (!hasRoom()) {
                awaitRoom();
            }
            push(message);
            taken = true;
            request();
        } finally {
            if (!taken) {
                releaseOnLoop(message);
            }
        }
        Checkpoints.fastShielded("send a message"); // afterwards, so that tasks which do not wait send in their order
    }

    /** Releases a message that is not sent on the loop's thread, because elsewhere this could wait for a lock. */
    private void releaseOnLoop(Object message) {
        if (message instanceof ReferenceCounted) {
            try {
                channel.eventLoop().execute(() -> ReferenceCountUtil.safeRelease(message));
            } catch (RejectedExecutionException ended) {
                ReferenceCountUtil.safeRelease(message);
            }
        }
    }

    /** Returns whether a message can be sent now. Throws if none can be sent any more. */
    private boolean hasRoom() {
        check();
        return isWritable();
    }

    private boolean isWritable() {
        return queued < channel.config().getWriteBufferHighWaterMark() && channel.isWritable();
    }

    private void awaitRoom() {
        var wait = Suspension.create("send a message", loop.isThread());
        waiters.enter();
        try {
            waiters.add(wait);
        } finally {
            waiters.leave();
        }
        awaited = true;
        if (isOver() || isWritable()) {
            waiters.wakeAll();
        } else if (unobserved) {
            action.request();
        }
        waiters.await(wait);
    }

    /** Waits until the system has taken all that was sent before. A checkpoint. */
    void flush() {
        Checkpoints.fast("flush a channel");
        OutboundMessage last = last();
        if (last != null && !last.isDone()) {
            var wait = Suspension.create("flush a channel", loop.isThread());
            flushers.enter();
            try {
                flushers.add(wait); // a loop that has ended calls no listeners
            } finally {
                flushers.leave();
            }
            FutureListener<Void> done = _ -> wait.resume();
            var _ = last.addListener(done);
            if (last.isDone()) {
                var _ = wait.resume();
            }
            try {
                wait.await();
            } finally {
                flushers.remove(wait);
                var _ = last.removeListener(done);
            }
        }
        check();
    }

    /** Returns the message sent last, or null. */
    private @Nullable OutboundMessage last() {
        OutboundMessage last = newest;
        return last == null ? lastTaken : last;
    }

    // ---- any thread ----

    /** Like {@link #send}, but does not wait: returns false if there is no room, and then does not take the message. */
    boolean sendNow(Object message) {
        if (!hasRoom()) {
            return false;
        }
        push(message);
        request();
        return true;
    }

    private void push(Object message) {
        int size = Math.max(estimator.size(message), 1);
        var sent = new OutboundMessage(this, channel, message, size);
        QUEUED.getAndAdd(this, (long) size);
        OutboundMessage before;
        do {
            before = newest;
            sent.next = before;
        } while (!NEWEST.compareAndSet(this, before, sent));
    }

    /** Requests a run for a message that was pushed. A loop that has ended does not run any more. */
    private void request() {
        action.request();
        if (loopEnded) {
            loopEnded();
        }
    }

    /** Throws if nothing can be sent any more. */
    void check() {
        if (closing || endWanted) {
            throw new ClosedResourceException("The sending side of " + channel + " was closed on this side");
        }
        Throwable cause = failure;
        if (cause != null) {
            throw broken(cause);
        }
    }

    private BrokenResourceException broken(Throwable cause) {
        return new BrokenResourceException(
                cause instanceof ClosedChannelException
                        ? channel + " is closed"
                        : "A message could not be written to " + channel + ": " + cause,
                cause);
    }

    private boolean isOver() {
        return closing || endWanted || failure != null;
    }

    /** Returns why nothing can be sent any more, or null. */
    @Nullable
    Throwable failure() {
        return failure;
    }

    /** Sends the end of the stream after the messages sent before. */
    void sendEnd() {
        endWanted = true;
        action.request();
    }

    /** Closes the channel when the messages sent before are written. Does not wait. */
    void close() {
        closing = true;
        waiters.wakeAll();
        action.request();
    }

    /** Returns the number of bytes that were sent and that the system has not taken. */
    long pending() {
        var buffer = channel.unsafe().outboundBuffer();
        return queued + (buffer == null ? 0 : buffer.totalPendingWriteBytes());
    }

    /** Notes that a stream, which reports the failures of writes, uses the channel. */
    void usedByStream() {
        hasStream = true;
    }

    /** Called by a message that could not be written. */
    void writeFailed(Throwable cause) {
        boolean unheard = closing || !hasStream; // perhaps no call will throw it
        if (fail(cause) && unheard && !(cause instanceof IOException)) {
            LOG.log(Level.WARNING, () -> "A message could not be written to " + channel, cause);
        }
    }

    /** Nothing can be sent any more. The first cause is kept. Returns whether this is the first one. */
    boolean fail(Throwable cause) {
        boolean first = FAILURE.compareAndSet(this, null, cause);
        if (first) {
            waiters.wakeAll();
            action.request(); // what is queued is dropped, and the channel is closed
        }
        return first;
    }

    // ---- the loop ----

    @Override
    public void run() {
        boolean close = closing; // before the messages that were sent before it
        boolean end = endWanted;
        writeOut();
        if (unobserved) {
            watchLastWrite();
        }
        if (failure != null) {
            var _ = channel.close();
        } else if (close || (end && !endSent)) {
            end(close);
        }
    }

    /** Closes the channel or ends its output, when all that was sent before is written. */
    private void end(boolean close) {
        OutboundMessage last = lastTaken;
        if (last != null && !last.isDone()) {
            if (!ending) {
                ending = true;
                var _ = last.addListener(_ -> {
                    ending = false;
                    run();
                });
            }
            if (close && !lingering) {
                lingering = true;
                closeLater();
            }
        } else if (close) {
            var _ = channel.close();
        } else {
            endSent = true;
            if (channel instanceof DuplexChannel duplex) {
                var _ = duplex.shutdownOutput(); // if this fails, the connection is broken, and a read reports it
            }
        }
    }

    private void closeLater() {
        try {
            Future<?> timer = channel.eventLoop().schedule(this::lingered, LINGER_SECONDS, TimeUnit.SECONDS);
            var _ = channel.closeFuture().addListener(_ -> timer.cancel(false));
        } catch (RejectedExecutionException ended) {
            // the loop closes its channels itself
        }
    }

    private void lingered() {
        var _ = channel.close();
    }

    /** Writes all messages that were sent, and flushes the channel. Called on the loop's thread. */
    void writeOut() {
        OutboundMessage oldest = takeAll();
        if (oldest == null) {
            return;
        }
        long bytes = 0;
        boolean written = false;
        for (OutboundMessage message = oldest; message != null; ) {
            OutboundMessage following = message.next;
            message.next = null;
            bytes += message.size();
            Throwable broken = failure;
            if (broken == null) {
                written = true;
                message.write();
            } else {
                message.drop(broken);
            }
            message = following;
        }
        QUEUED.getAndAdd(this, -bytes);
        if (written) { // a loop that has ended refuses a flush
            channel.flush();
        }
        wakeIfWritable();
    }

    /** Empties the queue and returns the oldest message, which is linked to the later ones. */
    private @Nullable OutboundMessage takeAll() {
        OutboundMessage message;
        do {
            message = newest;
            if (message == null) {
                return null;
            }
            lastTaken = message;
        } while (!NEWEST.compareAndSet(this, message, null));
        OutboundMessage oldest = null;
        while (message != null) {
            OutboundMessage older = message.next;
            message.next = oldest;
            oldest = message;
            message = older;
        }
        return oldest;
    }

    /** Wakes the tasks that wait for room, if there is room. */
    void wakeIfWritable() {
        if (awaited && (channel.isWritable() || isOver())) {
            awaited = false;
            waiters.wakeAll();
        }
    }

    /** Called when the handler is added that reports changes of the channel, which may have changed before. */
    void observed() {
        NettyLoopDriver port = loop.port();
        if (port != null) {
            port.senders().add(channel, this::pending);
        }
        wakeIfWritable();
    }

    /** Called when the handler is removed. The statistics count the bytes of this channel no longer. */
    void notCounted() {
        NettyLoopDriver port = loop.port();
        if (port != null) {
            port.senders().remove(channel);
        }
    }

    /**
     * Called when other code has removed the handler that reports changes of the channel. The end of the last write
     * then says that there is room.
     */
    void unobserved() {
        unobserved = true;
        var _ = channel.closeFuture().addListener(_ -> closed());
        action.request();
    }

    private void watchLastWrite() {
        wakeIfWritable();
        OutboundMessage last = lastTaken;
        if (awaited && last != null && !last.isDone()) {
            var _ = last.addListener(_ -> action.request()); // later: its bytes still count now
        }
    }

    /** Called when the channel is closed. */
    void closed() {
        fail(new ClosedChannelException());
        writeOut(); // drops it
    }

    /** Handles an unexpected failure of {@link #run}. */
    @Override
    public void failed(Throwable cause) {
        fail(cause);
    }

    @Override
    public void loopEnded() {
        loopEnded = true;
        closed();
        flushers.wakeAll();
    }

    /** Returns whether a task has closed the channel and it has not taken all messages. */
    boolean isSending() {
        OutboundMessage last = last();
        return closing && failure == null && last != null && !last.isDone();
    }

    @Override
    public String toString() {
        return "OutboundMessages[" + channel + "]";
    }
}
