package io.anyio.netty.message;

import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/** The messages that any thread has sent to a channel and its loop has not taken yet. */
final class OutboundQueue {
    /*
     * Threads push messages to `newest`; the loop takes all of them. Each message knows how many bytes wait up to and
     * with it, so the newest one knows the sum.
     *
     * The message sent last is `newest`, or `lastTaken` if the loop has taken all. The loop writes `lastTaken` before it
     * takes, so a thread that finds no newest one finds the right one there. A field that senders write after they have
     * pushed would not do: two senders could write it in the wrong order.
     */

    private static final VarHandle NEWEST = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "newest", VarHandle.class, OutboundQueue.class, OutboundMessage.class);

    private static final VarHandle LAST_TAKEN = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "lastTaken", VarHandle.class, OutboundQueue.class, OutboundMessage.class);

    private static final VarHandle TAKEN = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "taken", VarHandle.class, OutboundQueue.class, long.class);

    private volatile @Nullable OutboundMessage newest; // pushed by any thread, taken by the loop; through NEWEST
    private volatile @Nullable OutboundMessage lastTaken; // written by the loop, through LAST_TAKEN
    private volatile long taken; // bytes that are being written to the channel; written by the loop

    // ---- any thread ----

    /** Adds a message. */
    void push(OutboundMessage message) {
        OutboundMessage before;
        do {
            before = newest;
            message.follow(before);
        } while (!NEWEST.compareAndSet(this, before, message));
    }

    /** Returns the number of bytes that have not been written to the channel. */
    long bytes() {
        OutboundMessage last = newest;
        return taken + (last == null ? 0 : last.bytesUpToThis());
    }

    /** Returns the message sent last, whether or not the loop has taken it, or null. */
    @Nullable
    OutboundMessage last() {
        OutboundMessage last = newest;
        return last == null ? lastTaken : last;
    }

    // ---- the loop ----

    /** Returns the message taken last, or null. */
    @Nullable
    OutboundMessage lastTaken() {
        return lastTaken;
    }

    /**
     * Empties the queue and returns the oldest message, which is linked to the later ones. {@link #written} must follow
     * unless it is null.
     */
    @Nullable
    OutboundMessage takeAll() {
        OutboundMessage message;
        do {
            message = newest;
            if (message == null) {
                return null;
            }
            LAST_TAKEN.setRelease(this, message); // the exchange is the fence
            TAKEN.setRelease(this, message.bytesUpToThis());
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

    /** Called when the messages that were taken are written to the channel, which counts them now. */
    void written() {
        taken = 0; // with a fence: the loop looks for waiting tasks next
    }
}
