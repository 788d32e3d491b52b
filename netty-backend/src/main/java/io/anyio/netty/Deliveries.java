package io.anyio.netty;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Dispatches each inbound message and immediately runs the task waiting for it, before other channels are read. The
 * task finds the bytes, and the loop the answer, still in the caches, and the next message of the same channel finds a
 * waiting task. A task that waits for room to send continues in the same way, up to a few times per message.
 *
 * <p>Tasks left over from the previous drain come first. Each gets one turn, so a few such drains work off the backlog.
 * When tasks have run too long in this way, the rest wait for the next regular drain of the loop.
 */
final class Deliveries {

    /** The maximum number of drains after one message before the loop continues with other channels. */
    private static final int DRAINS_PER_MESSAGE = 4;

    /** How long tasks may run after messages between two regular drains of the loop: two slices. */
    private static final long NANOS_PER_TURN = 100_000;

    private final NettyLoopDriver port;
    private volatile @Nullable Thread delivering; // the loop's thread while it is inside deliver()
    // the loop's thread only:
    private boolean wanted; // a drain was requested inside deliver()
    private boolean leftOver; // the last drain has left tasks
    private boolean draining; // inside a drain that follows a message
    private boolean brief; // that drain is one for left-over tasks
    private long spent; // nanoseconds that tasks have run after messages in this turn

    Deliveries(NettyLoopDriver port) {
        this.port = port;
    }

    /** Requests a drain. Returns whether it follows the message being delivered; if not, queue it. Any thread. */
    boolean seeTo() {
        if (delivering != Thread.currentThread()) {
            return false;
        }
        wanted = true;
        return !draining; // inside such a drain also queued, for a handler that pumps this loop until a task has acted
    }

    // ---- the loop's thread only ----

    /** Called at the start of a regular drain of the loop, outside of I/O. */
    void turnBegins() {
        spent = 0;
    }

    /** Called at the start of every drain. */
    void drainBegins() {
        leftOver = false;
    }

    /** Called when the current drain has used up its time and leaves tasks. */
    void tasksAreLeft() {
        leftOver = true;
    }

    /** Called when the current drain has run tasks for {@code nanos}. */
    void ran(long nanos) {
        if (draining) {
            spent += nanos;
        }
    }

    /** Returns whether the current drain should be brief because I/O is waiting. */
    boolean inBriefDrain() {
        return brief;
    }

    /** Delivers {@code message} to a transport, and runs the task that waits for it. */
    void deliver(Inbound inbound, ByteBuf message) {
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
            drainBehind();
        } finally {
            delivering = null;
            drainLater();
            inbound.arrived(message);
        }
    }

    private void drainBehind() {
        Drain drain = port.drain();
        if (drain == null) {
            return;
        }
        boolean due = wanted || leftOver;
        for (int drains = 0; due && drains < DRAINS_PER_MESSAGE; drains++) {
            if (spent >= NANOS_PER_TURN) {
                return; // other channels and timers first
            }
            wanted = false;
            brief = leftOver;
            draining = true;
            try {
                drain.now();
            } finally {
                draining = false;
                brief = false;
            }
            due = wanted;
        }
    }

    /** Queues the drain that was requested but has not run, also after a failure. */
    private void drainLater() {
        Drain drain = port.drain();
        if (wanted && drain != null && drain.enqueue()) {
            drain.again().run();
        }
        wanted = false;
    }
}
