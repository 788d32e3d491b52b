package io.anyio.netty.message;

import io.anyio.lowlevel.Checkpoints;
import io.anyio.lowlevel.SingleWaiter;
import io.anyio.lowlevel.StackSpace;
import io.anyio.lowlevel.Suspension;
import io.anyio.netty.loop.ChannelLoop;
import io.anyio.resource.BrokenResourceException;
import io.anyio.resource.BusyResourceException;
import io.anyio.resource.ClosedResourceException;
import io.anyio.spi.LoopAction;
import io.anyio.spi.OperatorLog;
import io.anyio.stream.EndOfStreamException;
import io.netty.buffer.ByteBufHolder;
import io.netty.buffer.EmptyByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.MessageSizeEstimator;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.ReferenceCounted;
import java.lang.System.Logger.Level;
import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The messages that a pipeline has produced and no task has received yet. The channel is not read while there are many.
 */
final class InboundMessages implements LoopAction.Handler {
    /*
     * Waiting. The task publishes its wait in `reader`, then rechecks queue, end and closed; the loop, or the thread
     * that closes, changes one of those and then calls `reader`.
     *
     * Pausing. As in InboundBuffer: each side writes its counter or flag, then reads the other's.
     *
     * Releasing. A message may be released on the loop's thread only, whose allocator it came from: elsewhere, that
     * could wait for a lock. The queue has one consumer at a time, the holder of `receiving`: a task, or after the
     * close the loop, which drops what is left. When the loop has ended, each thread releases for itself.
     */

    /** The number of queued bytes above which the channel is not read. */
    static final int HIGH = 64 * 1024;

    /** The number of bytes that a message counts at least, for its object. */
    private static final int MESSAGE = 512;

    /** The number of queued bytes at which a paused channel is read again. */
    private static final int LOW = HIGH / 4;

    /** The orderly end of the stream, as opposed to a failure. */
    private static final Object END = new Object();

    private static final VarHandle RELEASED = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "released", VarHandle.class, InboundMessages.class, Object.class);

    private static final OperatorLog LOG = OperatorLog.named("io.anyio.netty");

    /** A failure of the pipeline, at its place between the messages. */
    record Caught(Throwable cause) {}

    private final ChannelHandlerContext context;
    private final ChannelLoop loop;
    private final LoopAction action;
    private final MessageSizeEstimator.Handle estimator;
    private final boolean onDemand; // the channel is read when a task asks for a message
    private final boolean inParent; // the channel writes to that of its connection, as a stream of HTTP/2 does
    private final SingleWaiter reader;
    private final MessageQueue queue = new MessageQueue();
    private volatile @Nullable Object released; // by a task, to be released by the loop; through RELEASED
    private final Queue<Object> moreReleased = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean receiving = new AtomicBoolean(); // held by the consumer of the queue
    private @Nullable Object current; // guarded by `receiving`: the message received last
    private long count; // guarded by `receiving`: how many messages were received
    private volatile boolean paused; // written by the loop
    private volatile @Nullable Object ended; // END or a Throwable; set once by the loop, after the last message
    private volatile boolean closed; // set once by any thread
    private volatile boolean loopEnded; // set once by any thread

    InboundMessages(ChannelHandlerContext context, ChannelLoop loop) {
        this.context = context;
        this.loop = loop;
        this.action = loop.actions().action(this);
        this.estimator = context.channel().config().getMessageSizeEstimator().newHandle();
        this.onDemand = !context.channel().config().isAutoRead();
        this.inParent = context.channel().unsafe().outboundBuffer() == null;
        this.reader = SingleWaiter.create(loop.isThread());
    }

    // ---- the receiving task ----

    /** Releases the message received last, waits for the next one and returns it. */
    Object receive() {
        occupy();
        try {
            Checkpoints.fast("receive a message");
            releaseCurrent();
            Object message = next();
            if (message instanceof Caught(Throwable cause)) {
                throw new BrokenResourceException("A handler of " + context.channel() + " has failed: " + cause, cause);
            }
            current = message;
            count++;
            return message;
        } finally {
            release();
        }
    }

    /** Begins the work of the queue's consumer. After the close this may be the loop, which is no other task. */
    private void occupy() {
        StackSpace.require(); // a message that is taken must reach the task
        if (!receiving.compareAndSet(false, true)) {
            throw closed
                    ? closedHere()
                    : new BusyResourceException("Another task is already receiving from this resource");
        }
    }

    private ClosedResourceException closedHere() {
        return new ClosedResourceException("The stream of " + context.channel() + " was closed on this side");
    }

    /** Ends the work of the queue's consumer. */
    void release() {
        receiving.set(false);
        if (closed) {
            request(); // the loop may have found this task in its way
        }
    }

    private Object next() {
        while (true) {
            if (closed) {
                throw closedHere();
            }
            Object message = queue.poll();
            if (message != null) {
                if (paused && queue.bytes() <= LOW) {
                    request();
                }
                return message;
            }
            Object how = ended;
            if (how == null) {
                await();
            } else if (queue.isEmpty()) { // the end is written after the last message
                throw end(how);
            }
        }
    }

    private RuntimeException end(Object how) {
        return how instanceof Throwable cause
                ? new BrokenResourceException(context.channel() + " broke: " + cause, cause)
                : new EndOfStreamException();
    }

    private void await() {
        Suspension wait = reader.publish("receive a message");
        if ((!queue.isEmpty() || ended != null || closed) && reader.withdraw(wait)) {
            return;
        }
        if (onDemand) {
            action.request();
        }
        reader.await(wait);
    }

    /** Returns the message received last, which is still valid, or null. */
    @Nullable
    Object current() {
        return current;
    }

    /** Returns how many messages were received. For the receiving task. */
    long count() {
        return count;
    }

    /**
     * Keeps the message received last from being released until {@link #release}, also if the stream is closed
     * meanwhile. Returns false if it was not the message number {@code number}, or is no longer valid.
     */
    boolean hold(long number) {
        if (closed) {
            return false;
        }
        occupy();
        if (closed || number != count || current == null) {
            release();
            return false;
        }
        return true;
    }

    private void releaseCurrent() {
        Object last = current;
        if (last == null) {
            return;
        }
        current = null;
        if (last instanceof ReferenceCounted && !isEmpty(last)) {
            if (!RELEASED.compareAndSet(this, null, last)) {
                moreReleased.add(last);
            }
            request();
        }
    }

    private static boolean isEmpty(Object message) {
        return message instanceof ByteBufHolder holder && holder.content() instanceof EmptyByteBuf;
    }

    // ---- the loop ----

    /** Takes over a message, and wakes the task that waits for it. */
    void arrive(Object message) {
        if (closed) {
            drop(message);
            return;
        }
        queue.add(message, MESSAGE + Math.max(estimator.size(message), 0));
        reader.wake(); // the task runs when the loop has read its channels
        if (queue.bytes() > HIGH) {
            loop.runTasks();
            pauseIfFull();
        }
    }

    private void pauseIfFull() {
        if (!onDemand && !paused && queue.bytes() > HIGH) {
            paused = true;
            context.channel().config().setAutoRead(false);
            resumeIfDrained();
        }
    }

    private void resumeIfDrained() {
        if (paused && queue.bytes() <= LOW && !closed) {
            resume();
        }
    }

    private void resume() {
        paused = false;
        context.channel().config().setAutoRead(true);
        flushAfterRead();
    }

    /** A read in a parent tells the peer how much was consumed, but does not flush that if another is under way. */
    private void flushAfterRead() {
        if (inParent) {
            context.flush();
        }
    }

    /** Reads the channel if a task waits for a message and nothing else reads it. Called after each read. */
    void readOnDemand() {
        if (onDemand && !reader.isEmpty() && ended == null) {
            var _ = context.read();
            flushAfterRead();
        }
    }

    /** Ends the stream: the peer has sent everything. */
    void end() {
        endWith(END);
    }

    /** Ends the stream: the connection is broken. */
    void fail(Throwable cause) {
        endWith(cause);
    }

    private void endWith(Object how) {
        if (ended == null) {
            ended = how;
            reader.wake();
        }
    }

    boolean hasEnded() {
        return ended != null;
    }

    @Override
    public void run() {
        loop.beginCalls(); // reading a channel in memory leads to its messages
        try {
            catchUp();
        } finally {
            loop.endCalls();
        }
    }

    private void catchUp() {
        releaseReceived();
        if (closed) {
            dropRest();
            if (paused) { // only a channel that is read notices that the peer has closed it
                resume();
            }
        } else {
            resumeIfDrained();
            readOnDemand();
        }
    }

    private void releaseReceived() {
        if (released != null) {
            ReferenceCountUtil.safeRelease(RELEASED.getAndSet(this, null));
        }
        for (Object message = moreReleased.poll(); message != null; message = moreReleased.poll()) {
            ReferenceCountUtil.safeRelease(message);
        }
    }

    /** Releases what no task will receive, and the message received last. */
    private void dropRest() {
        if (!receiving.compareAndSet(false, true)) {
            return; // the task that is in the way requests another run
        }
        ReferenceCountUtil.safeRelease(current);
        current = null;
        for (Object message = queue.poll(); message != null; message = queue.poll()) {
            drop(message);
        }
        receiving.set(false);
    }

    private void drop(Object message) {
        if (message instanceof Caught(Throwable cause)) {
            Level level = PeerFailures.isOfPeer(cause) ? Level.DEBUG : Level.WARNING;
            LOG.log(level, () -> "A handler of " + context.channel() + " has failed, and no task received that", cause);
        } else {
            ReferenceCountUtil.safeRelease(message);
        }
    }

    @Override
    public void failed(Throwable cause) {
        fail(cause);
    }

    /** The message received last stays valid: its task continues on another thread. */
    @Override
    public void loopEnded() {
        loopEnded = true;
        end();
        releaseReceived();
        if (closed) {
            dropRest();
        }
    }

    // ---- any thread ----

    /** Ends receiving on this side. The loop releases what was not received, and the message received last. */
    void close() {
        closed = true;
        reader.wake();
        request();
    }

    /** Removes the handler of this stream and closes it, but not the channel. Called on the loop's thread. */
    void leave() {
        close();
        var _ = context.pipeline().remove(context.handler());
    }

    /** Requests a run. A loop that has ended does not run any more. */
    private void request() {
        action.request();
        if (loopEnded) {
            loopEnded();
        }
    }
}
