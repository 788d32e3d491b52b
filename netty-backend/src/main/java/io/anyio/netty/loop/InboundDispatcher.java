package io.anyio.netty.loop;

import io.anyio.netty.buffer.InboundBuffer;
import io.anyio.spi.LoopActionQueue;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * Dispatches each inbound message and immediately runs the task waiting for it, before other channels are read. The
 * task finds the bytes, and the loop the answer, still in the caches, and the next message of the same channel finds a
 * waiting task. A task that waits for room to send continues in the same way, up to a few times per message.
 *
 * <p>Tasks left over from the previous drain come first. Each gets one turn, so a few such drains work off the backlog.
 * When tasks have run too long in this way, the rest wait for the next regular drain of the loop.
 */
public final class InboundDispatcher {
    /*
     * The engine's requests for a drain come here, because this class knows whether a drain follows the current message
     * anyway. Only other requests go into the loop's queue:
     *
     *    NettyLoopDriver ──▶ InboundDispatcher ──▶ DrainTask ──▶ LoopActionQueue
     */

    /** The maximum number of drains after one message before the loop continues with other channels. */
    private static final int DRAINS_PER_MESSAGE = 4;

    /** How long tasks may run after messages between two regular drains of the loop: two slices. */
    private static final long NANOS_PER_TURN = 100_000;

    private final EventLoop loop;
    private final LoopActionQueue actions;
    private volatile @Nullable DrainTask drain; // the engine's only drain, wrapped; written by any thread
    private @Nullable Thread delivering; // the loop's thread while it delivers; another thread never finds itself
    // the loop's thread only:
    private boolean wanted; // a drain was requested inside deliver()
    private boolean draining; // inside a drain that follows a message
    private boolean brief; // that drain is one for left-over tasks
    private int inCalls; // how many beginCalls() have no endCalls() yet

    InboundDispatcher(EventLoop loop, LoopActionQueue actions) {
        this.loop = loop;
        this.actions = actions;
    }

    /** Requests a drain, which follows the message being delivered or else is queued. Any thread. */
    void requestDrain(Runnable engine) {
        DrainTask next = wrapped(engine);
        next.request();
        if (delivering == Thread.currentThread()) {
            wanted = true;
            if (!draining) { // otherwise also queued, for a handler that pumps this loop until a task has acted
                return;
            }
        }
        next.post();
    }

    private DrainTask wrapped(Runnable engine) {
        DrainTask known = drain;
        if (known == null || !known.wraps(engine)) {
            known = new DrainTask(engine, actions, loop);
            drain = known;
        }
        return known;
    }

    // ---- the loop's thread only ----

    /** Requests a drain after the loop's I/O: the current drain has used up its time and leaves tasks. */
    void requestDrainAfterIo(Runnable engine) {
        wrapped(engine).postAfterIo();
    }

    /** Called when the current drain has run tasks for {@code nanos}. */
    void ran(long nanos) {
        DrainTask current = drain;
        if (draining && current != null) {
            current.addAfterMessage(nanos);
        }
    }

    /** Returns whether the current drain should be brief because I/O is waiting. */
    boolean inBriefDrain() {
        return brief;
    }

    /** Delivers {@code message} to a transport, and runs the task that waits for it. */
    public void deliver(InboundBuffer inbound, ByteBuf message) {
        Thread me = Thread.currentThread();
        if (delivering != null
                || me.isVirtual()) { // a handler that pumps its own loop; a thread that cannot carry tasks
            try {
                inbound.arrive(message);
            } finally {
                inbound.arrived(message);
            }
            return;
        }
        delivering = me;
        try {
            inbound.arrive(message);
            drainAfterMessage();
        } finally {
            delivering = null;
            drainLater();
            inbound.arrived(message);
        }
    }

    /**
     * Begins calls into pipelines, which may lead back to the code that calls. No drain begins in the middle of them:
     * its tasks could send what would overtake other messages.
     */
    void beginCalls() {
        inCalls++;
    }

    /** Ends what {@link #beginCalls} has begun. */
    void endCalls() {
        inCalls--;
    }

    /** Called when a channel has been read whose messages wake or start tasks. May run them. */
    void readCompleted() {
        DrainTask current = drain;
        if (current != null && current.isDue() && current.isDueAfterRead()) {
            runQueued();
        }
    }

    /** Runs the tasks that are ready, before the drain that is queued for them. */
    void runQueued() {
        DrainTask current = drain;
        if (current == null
                || !current.isDue()
                || delivering != null
                || inCalls > 0 // a channel in memory is read inside of the flush of its peer
                || !loop.inEventLoop() // other code has moved the channel to another loop
                || Thread.currentThread().isVirtual()) {
            return;
        }
        delivering = Thread.currentThread();
        wanted = true;
        try {
            drainAfterMessage();
        } finally {
            delivering = null;
            drainLater();
        }
    }

    private void drainAfterMessage() {
        DrainTask current = drain;
        if (current == null) {
            return;
        }
        boolean due = wanted || current.leavesTasks();
        for (int drains = 0; due && drains < DRAINS_PER_MESSAGE; drains++) {
            if (current.nanosAfterMessages() >= NANOS_PER_TURN) {
                return; // other channels and timers first
            }
            wanted = false;
            brief = current.leavesTasks();
            draining = true;
            try {
                current.runAfterMessage();
            } finally {
                draining = false;
                brief = false;
            }
            due = wanted;
        }
    }

    /** Queues the drain that was requested but has not run, also after a failure. */
    private void drainLater() {
        DrainTask current = drain;
        if (wanted && current != null) {
            current.postUnlessEnded();
        }
        wanted = false;
    }
}
