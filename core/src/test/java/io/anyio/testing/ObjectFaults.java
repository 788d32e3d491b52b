package io.anyio.testing;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.resource.BrokenResourceException;
import io.anyio.resource.ClosedResourceException;
import java.util.Collections;
import java.util.Iterator;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Faults of object streams. */
final class ObjectFaults {
    private ObjectFaults() {}

    /** A fault, the name of the check that finds it, and a part of the message. */
    record Fault(String name, String rule, String finding, UnaryOperator<DuplexStream> breaker) {
        @Override
        public String toString() {
            return "a stream that " + name + " is found";
        }
    }

    static Stream<Fault> all() {
        return Stream.of(
                new Fault(
                        "loses an item",
                        "items arrive in order, none lost and none twice",
                        "Expected item number 7 to be 7, but it was 8",
                        good -> new LosesItem(good, 7)),
                new Fault(
                        "has nothing to loop over",
                        "a loop over the receiver gets all items, and ends at the end",
                        "the items of the loop",
                        EmptyLoop::new),
                new Fault(
                        "passes a waiting receiver",
                        "a receive that waits gets the next item",
                        "the item that a waiting receive gets to be 0, but it was 1",
                        good -> new LosesItem(good, 0)),
                new Fault(
                        "gives one item to two receivers",
                        "each item goes to one receiver, or a second receiver is refused",
                        "they got [0, 0]",
                        SameForAll::new),
                new Fault(
                        "loses an item when a receive is cancelled",
                        "a cancelled receive takes nothing",
                        "Expected item number 0 to be 0, but it was 1",
                        LosesWhenCancelled::new),
                new Fault(
                        "loses an item when a receive is cancelled while items arrive",
                        "a receive that is cancelled at any moment loses nothing",
                        "Expected",
                        LosesWhenCancelled::new),
                new Fault(
                        "receives in a cancelled scope",
                        "receive in a cancelled scope takes nothing",
                        "receive in a cancelled scope to throw Cancelled, but it returned",
                        Shielded::new),
                new Fault(
                        "sends in a cancelled scope",
                        "send in a cancelled scope sends nothing",
                        "send in a cancelled scope to throw Cancelled, but it returned",
                        Shielded::new),
                new Fault(
                        "ignores calls outside of tasks",
                        "outside of a task, send and receive are refused",
                        "send outside of a task to throw NoEventLoopException, but it returned",
                        IgnoresOtherThreads::new),
                new Fault(
                        "does not tell the other side that it was closed",
                        "a receive that waits gets the end",
                        "Not finished within",
                        ClosesLate::new),
                new Fault(
                        "does not notice that the receiver has closed",
                        "send is broken after the receiver has closed, and stays broken",
                        "Not finished within",
                        IgnoresBroken::new),
                new Fault("cannot be closed twice", "closing twice does nothing", "already closed", ClosesOnce::new),
                new Fault(
                        "sends after it was closed",
                        "a closed stream refuses to send and to receive",
                        "send after close to throw ClosedResourceException, but it returned",
                        IgnoresClosed::new),
                new Fault(
                        "can be cancelled before it is closed",
                        "close in a cancelled scope closes, and does not throw",
                        "Expected close in a cancelled scope to return, but it threw Cancelled",
                        CloseIsCheckpoint::new),
                new Fault(
                        "can be closed by tasks only",
                        "close may be called by any thread",
                        "NoEventLoopException",
                        CloseIsCheckpoint::new),
                new Fault(
                        "drops what it has no room for",
                        "a send waits for the receiver, and nothing is lost meanwhile",
                        "Expected send to wait while nothing is received, but it has accepted",
                        Drops::new),
                new Fault(
                        "does not notice that the receiver has closed while it waits",
                        "a send that waits is broken when the receiver closes",
                        "to throw BrokenResourceException, but it returned",
                        IgnoresBroken::new),
                new Fault(
                        "sends what was cancelled",
                        "a cancelled send that waited has sent nothing",
                        "Expected item number",
                        SendsWhatWasCancelled::new),
                new Fault(
                        "closes when it should end one direction",
                        "sendEof ends one direction, and the other one continues",
                        "An unexpected exception was thrown",
                        EofCloses::new),
                new Fault(
                        "can be cancelled before the end is sent",
                        "sendEof is not a checkpoint, and twice does nothing",
                        "Expected sendEof in a cancelled scope to return, but it threw Cancelled",
                        EofIsCheckpoint::new));
    }

    private static final class LosesItem extends DuplexStream {
        private final int lost;

        LosesItem(DuplexStream good, int lost) {
            super(good.in, good.out);
            this.lost = lost;
        }

        @Override
        public void send(Integer item) {
            if (item != lost) {
                super.send(item);
            }
        }
    }

    private static final class EmptyLoop extends DuplexStream {
        EmptyLoop(DuplexStream good) {
            super(good.in, good.out);
        }

        @Override
        public Iterator<Integer> iterator() {
            return Collections.emptyIterator();
        }
    }

    private static final class SameForAll extends DuplexStream {
        private int receiving;

        SameForAll(DuplexStream good) {
            super(good.in, good.out);
        }

        @Override
        public Integer receive() {
            receiving++;
            int item = super.receive();
            return receiving > 1 ? 0 : item;
        }
    }

    private static final class LosesWhenCancelled extends DuplexStream {
        private boolean losing;

        LosesWhenCancelled(DuplexStream good) {
            super(good.in, good.out);
        }

        @Override
        public Integer receive() {
            if (losing) {
                losing = false;
                super.receive();
            }
            try {
                return super.receive();
            } catch (Cancelled c) {
                losing = true;
                throw c;
            }
        }
    }

    private static final class Shielded extends DuplexStream {
        Shielded(DuplexStream good) {
            super(good.in, good.out);
        }

        @Override
        public Integer receive() {
            int[] item = new int[1];
            CancelScope.shielded(() -> {
                item[0] = super.receive();
            });
            return item[0];
        }

        @Override
        public void send(Integer item) {
            CancelScope.shielded(() -> super.send(item));
        }
    }

    private static final class IgnoresOtherThreads extends DuplexStream {
        IgnoresOtherThreads(DuplexStream good) {
            super(good.in, good.out);
        }

        @Override
        public void send(Integer item) {
            if (AnyIO.currentBackend().isPresent()) {
                super.send(item);
            }
        }
    }

    private static final class ClosesLate extends DuplexStream {
        ClosesLate(DuplexStream good) {
            super(good.in, good.out);
        }

        @Override
        public void close() {}
    }

    private static final class IgnoresBroken extends DuplexStream {
        IgnoresBroken(DuplexStream good) {
            super(good.in, good.out);
        }

        @Override
        public void send(Integer item) {
            try {
                super.send(item);
            } catch (BrokenResourceException ignored) {
                AnyIO.checkpoint();
            }
        }
    }

    private static final class ClosesOnce extends DuplexStream {
        private boolean closed;

        ClosesOnce(DuplexStream good) {
            super(good.in, good.out);
        }

        @Override
        public void close() {
            if (closed) {
                throw new IllegalStateException("already closed");
            }
            closed = true;
            super.close();
        }
    }

    private static final class IgnoresClosed extends DuplexStream {
        IgnoresClosed(DuplexStream good) {
            super(good.in, good.out);
        }

        @Override
        public void send(Integer item) {
            try {
                super.send(item);
            } catch (ClosedResourceException ignored) {
                AnyIO.checkpoint();
            }
        }
    }

    private static final class CloseIsCheckpoint extends DuplexStream {
        CloseIsCheckpoint(DuplexStream good) {
            super(good.in, good.out);
        }

        @Override
        public void close() {
            AnyIO.checkpoint();
            super.close();
        }
    }

    private static final class Drops extends DuplexStream {
        Drops(DuplexStream good) {
            super(good.in, good.out);
        }

        @Override
        public void send(Integer item) {
            AnyIO.checkpoint();
        }
    }

    private static final class SendsWhatWasCancelled extends DuplexStream {
        private int cancelled = -1;

        SendsWhatWasCancelled(DuplexStream good) {
            super(good.in, good.out);
        }

        @Override
        public void send(Integer item) {
            int before = cancelled;
            if (before >= 0) {
                super.send(before);
                cancelled = -1;
            }
            try {
                super.send(item);
            } catch (Cancelled c) {
                cancelled = item;
                throw c;
            }
        }
    }

    private static final class EofCloses extends DuplexStream {
        EofCloses(DuplexStream good) {
            super(good.in, good.out);
        }

        @Override
        public void sendEof() {
            close();
        }
    }

    private static final class EofIsCheckpoint extends DuplexStream {
        EofIsCheckpoint(DuplexStream good) {
            super(good.in, good.out);
        }

        @Override
        public void sendEof() {
            AnyIO.checkpoint();
            super.sendEof();
        }
    }
}
