package io.anyio.netty;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Hands messages to the transports of a loop, and lets the task that a message was waited for by run right behind it
 * instead of after all other channels have been read: the task finds the bytes, and the loop the answer, still in the
 * caches, and the next message of the same channel finds a task that waits for it. A task that waits for room to send
 * goes on in the same way, some times over.
 *
 * <p>Tasks that the last drain has left come first. They get one turn each, so that a few such drains make up for them.
 * When tasks have run for too long in this way, the rest waits for the next drain of the loop's own.
 */
final class Deliveries {

    /** How often tasks run behind one message before the loop goes on with others. */
    private static final int DRAINS_PER_MESSAGE = 4;

    /** How long tasks may run behind messages, from one drain of the loop's own to the next: two slices. */
    private static final long NANOS_PER_TURN = 100_000;

    private final NettyLoopPort port;
    private volatile @Nullable Thread delivering; // the loop's thread, while it is inside deliver()
    // the loop's thread only:
    private boolean wanted; // a drain was asked for inside deliver()
    private boolean leftOver; // the last drain has left tasks behind
    private boolean draining; // inside a drain behind a message
    private boolean brief; // that drain is one for those
    private long spent; // nanoseconds that tasks have run behind messages in this turn

    Deliveries(NettyLoopPort port) {
        this.port = port;
    }

    /** A drain is wanted: whether it comes behind the message that is being delivered. Any thread. */
    boolean seeTo() {
        if (delivering != Thread.currentThread()) {
            return false;
        }
        wanted = true;
        return !draining; // else also as usual, for a handler that pumps this loop until a task has done something
    }

    // ---- the loop's thread only ----

    /** A drain of the loop's own, outside of I/O. */
    void turnBegins() {
        spent = 0;
    }

    /** Any drain. */
    void drainBegins() {
        leftOver = false;
    }

    /** That drain has used up its time. */
    void tasksAreLeft() {
        leftOver = true;
    }

    /** That drain has run tasks for so long. */
    void ran(long nanos) {
        if (draining) {
            spent += nanos;
        }
    }

    /** Whether this drain should be brief, because I/O waits. */
    boolean inBriefDrain() {
        return brief;
    }

    /** Hands {@code message} to a transport, and runs the task that waits for it. */
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

    /** Has the drain done that was asked for and has not come, also when something has failed. */
    private void drainLater() {
        Drain drain = port.drain();
        if (wanted && drain != null && drain.enqueue()) {
            drain.again().run();
        }
        wanted = false;
    }
}
