package io.anyio.netty.message;

import io.anyio.lowlevel.Checkpoints;
import io.anyio.lowlevel.StackSpace;
import io.anyio.lowlevel.Suspension;
import io.anyio.lowlevel.WaitQueue;
import io.anyio.netty.loop.ChannelLoop;
import io.anyio.netty.loop.NettyLoopDriver;
import io.anyio.resource.BrokenResourceException;
import io.anyio.resource.ClosedResourceException;
import io.anyio.spi.LoopAction;
import io.anyio.spi.OperatorLog;
import io.netty.channel.Channel;
import io.netty.channel.MessageSizeEstimator;
import io.netty.util.Attribute;
import io.netty.util.AttributeKey;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.ReferenceCounted;
import io.netty.util.concurrent.FutureListener;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The messages that tasks send to a channel. They are written at the end of the drain in which they were sent, and
 * flushed once. A task waits while the channel is not writable.
 */
public final class OutboundMessages implements LoopAction.Handler {
    /*
     * Sending. A task pushes a message to the queue and requests a run; the loop takes all of them and writes them in
     * the order of sending.
     *
     * Waiting for room. A task joins `waiters`, sets `awaited`, then looks for room once more; the loop makes room,
     * then looks at `awaited`.
     *
     * Closing. `closing` is set by any thread. The loop writes what was sent before, and closes the channel when the
     * last write is complete, or when OutboundEnd does not wait any longer.
     */

    private static final OperatorLog LOG = OperatorLog.named("io.anyio.netty");

    private static final VarHandle FAILURE = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "failure", VarHandle.class, OutboundMessages.class, Throwable.class);

    private static final AttributeKey<OutboundMessages> OF_CHANNEL =
            AttributeKey.valueOf(OutboundMessages.class, "of a channel");

    private final Channel channel;
    private final ChannelLoop loop;
    private final LoopAction action;
    private final MessageSizeEstimator.Handle estimator;
    private final OutboundQueue queue = new OutboundQueue();
    private final OutboundEnd end;
    private final WaitQueue waiters = WaitQueue.create(); // for room
    private final WaitQueue flushers = WaitQueue.create();

    private volatile boolean awaited; // set by tasks that wait for room, cleared by the loop
    private volatile @Nullable Throwable failure; // set once by any thread, through FAILURE
    private volatile boolean closing; // set once by any thread
    private volatile boolean endWanted; // set once by a task
    private volatile boolean hasStream; // set by any thread: a stream reports the failures
    private volatile boolean
            unobserved; // set once by the loop: other code has removed the handler that reports changes
    private volatile boolean loopEnded; // set once by any thread
    private boolean writing; // loop only: inside of writeOut()

    private OutboundMessages(Channel channel, ChannelLoop loop) {
        this.channel = channel;
        this.loop = loop;
        this.action = loop.actions().action(this);
        this.end = new OutboundEnd(channel, this::run);
        this.estimator = channel.config().getMessageSizeEstimator().newHandle();
    }

    /** Returns those of {@code channel}, which all tasks share that send to it. May be called from any thread. */
    public static OutboundMessages of(Channel channel, ChannelLoop loop) {
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

    ChannelLoop loop() {
        return loop;
    }

    // ---- tasks ----

    /** Takes over {@code message}, and releases it if it cannot be sent. Waits for room. A checkpoint. */
    public void send(Object message) {
        boolean taken = false;
        try {
            Checkpoints.ifCancelled("send a message");
            StackSpace.require(); // a message that is queued must be requested
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
        return queue.bytes() < channel.config().getWriteBufferHighWaterMark() && channel.isWritable();
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
    public void flush() {
        Checkpoints.fast("flush a channel");
        OutboundMessage last = queue.last();
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

    // ---- any thread ----

    /** Like {@link #send}, but does not wait: returns false if there is no room, and then does not take the message. */
    public boolean sendNow(Object message) {
        StackSpace.require();
        if (!hasRoom()) {
            return false;
        }
        push(message);
        request();
        return true;
    }

    private void push(Object message) {
        queue.push(new OutboundMessage(this, channel, message, Math.max(estimator.size(message), 1)));
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
        return queue.bytes() + (buffer == null ? 0 : buffer.totalPendingWriteBytes());
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
        boolean endsOutput = endWanted;
        writeOut();
        if (unobserved) {
            watchLastWrite();
        }
        if (failure != null) {
            var _ = channel.close();
        } else if (close) {
            end.close(queue.lastTaken());
        } else if (endsOutput) {
            end.send(queue.lastTaken());
        }
    }

    /** Writes all messages that were sent, and flushes the channel. Called on the loop's thread. */
    public void writeOut() {
        if (writing) { // a handler has led back here; the outer call writes the rest in its order
            return;
        }
        loop.beginCalls();
        try {
            if (writeAll()) { // a loop that has ended refuses a flush
                channel.flush();
            }
        } finally {
            loop.endCalls();
        }
        wakeIfWritable();
    }

    /** Writes all messages that were sent. Returns whether one was written. */
    private boolean writeAll() {
        writing = true;
        boolean written = false;
        try {
            for (OutboundMessage oldest = queue.takeAll(); oldest != null; oldest = queue.takeAll()) {
                written |= write(oldest);
                queue.written();
            }
        } finally {
            writing = false;
        }
        return written;
    }

    /** Writes messages to the channel, or drops them after a failure. Returns whether one was written. */
    private boolean write(OutboundMessage oldest) {
        boolean written = false;
        for (OutboundMessage message = oldest; message != null; ) {
            OutboundMessage following = message.next;
            message.next = null;
            Throwable broken = failure;
            if (broken == null) {
                written = true;
                message.write();
            } else {
                message.drop(broken);
            }
            message = following;
        }
        return written;
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
        NettyLoopDriver driver = loop.driver();
        if (driver != null) {
            driver.senders().add(channel, this::pending);
        }
        wakeIfWritable();
    }

    /** Called when the handler is removed. The statistics count the bytes of this channel no longer. */
    void notCounted() {
        NettyLoopDriver driver = loop.driver();
        if (driver != null) {
            driver.senders().remove(channel);
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
        OutboundMessage last = queue.lastTaken();
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
        OutboundMessage last = queue.last();
        return closing && failure == null && last != null && !last.isDone();
    }

    @Override
    public String toString() {
        return "OutboundMessages[" + channel + "]";
    }
}
