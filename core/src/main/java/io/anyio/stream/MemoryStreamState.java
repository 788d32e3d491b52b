package io.anyio.stream;

import io.anyio.lowlevel.StackSpace;
import io.anyio.lowlevel.Suspension;
import io.anyio.lowlevel.WaitQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The state that all streams of one {@link MemoryObjectStream} share: items, waiters and numbers of open streams. */
final class MemoryStreamState<T extends @Nullable Object> {
    /*
     * Every call decides in one critical section and wakes at most one task, outside of it. A waiter is queued together
     * with its item, or with room for one, which is why the lines are not WaitQueues.
     *
     * A call that passes an item marks the waiter as served and then claims its suspension, in this order: once
     * claimed, the waiter may run on another loop, where it reads the mark without the section. If the claim fails, the
     * mark is never read, since that waiter ends with Cancelled or, in a select, by another clause; the item still
     * belongs to the call that tried. A waiter that is claimed without the mark knows that the other end is closed.
     *
     * Between two calls, counting only waiters that can still be claimed: receivers wait only when there is no item, in
     * the buffer or with a sender; senders wait only when the buffer is full. So an item that arrives may go to the
     * first receiver, and an item that leaves makes room for that of the first sender, without overtaking any task. (A
     * select that both offers an item and wants one may wait on both ends. As one waiter, it is not matched with
     * itself.)
     *
     * Each item has one owner. It belongs to its sender until a call puts it into the buffer or claims a waiter for it;
     * then it belongs to the buffer, or to the receiver that was claimed or has polled it. Once no receive stream is
     * open, no call fills or polls the buffer any more. So what the last close finds there is all that is left.
     */

    /** The outcome of sending an item. */
    enum Sent {
        DONE,
        FULL,
        CLOSED,
        BROKEN
    }

    /** Returned instead of an item. */
    enum Missed {
        EMPTY,
        CLOSED,
        ENDED
    }

    /** A waiting task, with the item that it sends or receives. */
    static final class Waiter {
        private final Suspension wait;
        private @Nullable Object item; // of a sender from the beginning; of a receiver written before the claim
        private boolean served; // written before the claim
        private @Nullable Line line; // guarded by the section

        @Nullable
        private Waiter next; // guarded by the section

        @Nullable
        private Waiter prev; // guarded by the section

        Waiter(Suspension wait, @Nullable Object item) {
            this.wait = wait;
            this.item = item;
        }
    }

    private final WaitQueue section = WaitQueue.create(); // used as a critical section only
    private final int maxBufferSize;
    private final @Nullable Consumer<? super T> dispose; // of items that will not be received; null: they are dropped
    private final ItemBuffer buffer = new ItemBuffer(); // this field and the ones below are guarded by the section
    private final Line senders = new Line();
    private final Line receivers = new Line();
    private @Nullable Suspension granted; // claimed by the current call; null between calls
    private int openSendStreams = 1;
    private int openReceiveStreams = 1;

    MemoryStreamState(int maxBufferSize, @Nullable Consumer<? super T> dispose) {
        this.maxBufferSize = maxBufferSize;
        this.dispose = dispose;
    }

    // ---- one call ----

    /** Passes an item on. If that is not possible yet, {@code waiter}, if not null, joins the queue. */
    Sent send(MemorySendStream<T> from, T item, @Nullable Waiter waiter) {
        Sent outcome;
        Suspension receiver;
        section.enter();
        try {
            outcome = offer(from, item);
            receiver = takeGranted();
            if (outcome == Sent.FULL && waiter != null) {
                senders.add(waiter);
            }
        } finally {
            section.leave();
        }
        if (receiver != null) {
            receiver.wake();
        }
        return outcome;
    }

    /**
     * Takes the oldest item, or returns the reason as a {@link Missed}. For {@link Missed#EMPTY}, {@code waiter}, if
     * not null, joins the queue.
     */
    @Nullable
    Object receive(MemoryReceiveStream<T> to, @Nullable Waiter waiter) {
        Object taken;
        Suspension sender;
        section.enter();
        try {
            taken = poll(to);
            sender = takeGranted();
            if (taken == Missed.EMPTY && waiter != null) {
                receivers.add(waiter);
            }
        } finally {
            section.leave();
        }
        if (sender != null) {
            sender.wake();
        }
        return taken;
    }

    /** Waits until the item of a sender was taken or no receive stream is left. A checkpoint. */
    Sent awaitTaken(Waiter sender) {
        await(sender);
        return outcome(sender);
    }

    /** Waits for an item and returns it, or {@link Missed#ENDED}. A checkpoint. */
    @Nullable
    Object awaitItem(Waiter receiver) {
        await(receiver);
        return taken(receiver);
    }

    private void await(Waiter waiter) {
        try {
            waiter.wait.await();
        } catch (Throwable notResumed) { // a cancellation, or a full stack
            withdraw(waiter);
            throw notResumed;
        }
    }

    // ---- the parts of a call; a select combines several in one step ----

    WaitQueue section() {
        return section;
    }

    /** Passes an item on if possible immediately. Inside the section; call {@link #takeGranted} next. */
    Sent offer(MemorySendStream<T> from, T item) {
        if (from.closed) {
            return Sent.CLOSED;
        }
        if (openReceiveStreams == 0) {
            return Sent.BROKEN;
        }
        Suspension receiver = handOver(item);
        if (receiver != null) {
            granted = receiver;
            return Sent.DONE;
        }
        if (buffer.size() == maxBufferSize) {
            return Sent.FULL;
        }
        buffer.add(item);
        return Sent.DONE;
    }

    /** Claims the first receiver that can take the item. */
    private @Nullable Suspension handOver(T item) {
        for (Waiter receiver = receivers.first; receiver != null; receiver = receivers.first) {
            receiver.item = item;
            receiver.served = true;
            boolean claimed = receiver.wait.claim(); // first, because it may throw on a full stack
            receivers.remove(receiver);
            if (claimed) {
                return receiver.wait;
            }
        }
        return null;
    }

    /** Takes the oldest item, or returns a {@link Missed}. Inside the section; call {@link #takeGranted} next. */
    @Nullable
    Object poll(MemoryReceiveStream<T> to) {
        if (to.closed) {
            return Missed.CLOSED;
        }
        Waiter sender = takeFromSender();
        if (sender != null) {
            granted = sender.wait;
        }
        if (buffer.size() > 0) {
            Object taken = buffer.poll();
            if (sender != null) {
                buffer.add(sender.item);
            }
            return taken;
        }
        if (sender != null) {
            return sender.item;
        }
        return openSendStreams == 0 ? Missed.ENDED : Missed.EMPTY;
    }

    /** Claims the first sender whose item can be taken. */
    private @Nullable Waiter takeFromSender() {
        for (Waiter sender = senders.first; sender != null; sender = senders.first) {
            sender.served = true;
            boolean claimed = sender.wait.claim(); // first, because it may throw on a full stack
            senders.remove(sender);
            if (claimed) {
                return sender;
            }
        }
        return null;
    }

    /** Returns the suspension claimed by the previous call, to be woken outside of the section. Inside the section. */
    @Nullable
    Suspension takeGranted() {
        Suspension claimed = granted;
        if (claimed != null) { // rare; a read is cheaper than a write
            granted = null;
        }
        return claimed;
    }

    /** Queues a sender. Called inside the section, after {@link Sent#FULL}. */
    void enlistSender(Waiter waiter) {
        senders.add(waiter);
    }

    /** Queues a receiver. Called inside the section, after {@link Missed#EMPTY}. */
    void enlistReceiver(Waiter waiter) {
        receivers.add(waiter);
    }

    /** Removes a waiter from its line, if it is still queued. Called outside of the section. */
    void withdraw(Waiter waiter) {
        section.enter();
        try {
            if (waiter.line != null) {
                waiter.line.remove(waiter);
            }
        } finally {
            section.leave();
        }
    }

    /** Returns the outcome for a sender whose wait was resumed. */
    Sent outcome(Waiter sender) {
        return sender.served ? Sent.DONE : Sent.BROKEN;
    }

    /** Returns the item for a receiver whose wait was resumed, or {@link Missed#ENDED}. */
    @Nullable
    Object taken(Waiter receiver) {
        return receiver.served ? receiver.item : Missed.ENDED;
    }

    // ---- opening and closing ----

    /** Counts a copy of an open stream. Returns false if the stream is closed. */
    boolean opened(MemorySendStream<T> copied) {
        section.enter();
        boolean open = !copied.closed;
        if (open) {
            openSendStreams++;
        }
        section.leave();
        return open;
    }

    /** Counts a copy of an open stream. Returns false if the stream is closed. */
    boolean opened(MemoryReceiveStream<T> copied) {
        section.enter();
        boolean open = !copied.closed;
        if (open) {
            openReceiveStreams++;
        }
        section.leave();
        return open;
    }

    void close(MemorySendStream<T> stream) {
        StackSpace.require(); // a later call would find it closed, and wake no waiter
        section.enter();
        boolean last = !stream.closed && --openSendStreams == 0;
        stream.closed = true;
        section.leave();
        if (last) {
            tellAll(receivers);
        }
    }

    void close(MemoryReceiveStream<T> stream) {
        StackSpace.require();
        ItemBuffer rest = dispose == null ? null : new ItemBuffer();
        section.enter();
        boolean last = !stream.closed && --openReceiveStreams == 0;
        stream.closed = true;
        if (last && rest != null) {
            buffer.moveTo(rest);
        }
        section.leave();
        if (last) {
            try {
                tellAll(senders);
            } finally {
                disposeOf(rest);
            }
        }
    }

    private void disposeOf(@Nullable ItemBuffer rest) {
        while (dispose != null && rest != null && rest.size() > 0) {
            T item = ItemBuffer.cast(rest.poll());
            try {
                dispose.accept(item);
            } catch (Throwable failure) { // the next items must be disposed of, too
                StreamLog.notDisposed(failure);
            }
        }
    }

    /**
     * Wakes all waiters because the other end is closed. During this no call serves them, and no new waiter can join.
     */
    private void tellAll(Line line) {
        while (true) {
            Waiter waiter;
            section.enter();
            try {
                waiter = claimUnserved(line);
            } finally {
                section.leave();
            }
            if (waiter == null) {
                return;
            }
            waiter.wait.wake();
        }
    }

    private static @Nullable Waiter claimUnserved(Line line) {
        for (Waiter waiter = line.first; waiter != null; waiter = line.first) {
            waiter.served = false;
            boolean claimed = waiter.wait.claim(); // first, because it may throw on a full stack
            line.remove(waiter);
            if (claimed) {
                return waiter;
            }
        }
        return null;
    }

    MemoryStreamStatistics statistics() {
        section.enter();
        try {
            return new MemoryStreamStatistics(
                    buffer.size(),
                    maxBufferSize,
                    openSendStreams,
                    openReceiveStreams,
                    senders.size(),
                    receivers.size());
        } finally {
            section.leave();
        }
    }

    /** The queue of waiters at one end, in the order of arrival. Guarded by the section. */
    private static final class Line {
        private @Nullable Waiter first;
        private @Nullable Waiter last;

        void add(Waiter waiter) {
            waiter.line = this;
            waiter.prev = last;
            if (last == null) {
                first = waiter;
            } else {
                last.next = waiter;
            }
            last = waiter;
        }

        void remove(Waiter waiter) {
            if (waiter.prev == null) {
                first = waiter.next;
            } else {
                waiter.prev.next = waiter.next;
            }
            if (waiter.next == null) {
                last = waiter.prev;
            } else {
                waiter.next.prev = waiter.prev;
            }
            waiter.next = null;
            waiter.prev = null;
            waiter.line = null;
        }

        /** Returns the number of waiters. A cancelled waiter counts until it leaves. */
        int size() {
            int size = 0;
            for (Waiter waiter = first; waiter != null; waiter = waiter.next) {
                if (waiter.wait.isWaiting()) {
                    size++;
                }
            }
            return size;
        }
    }
}
