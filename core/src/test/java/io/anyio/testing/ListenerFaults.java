package io.anyio.testing;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.stream.ByteStream;
import io.anyio.sync.Lock;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Faults of listeners. */
final class ListenerFaults {
    private ListenerFaults() {}

    /** A fault, the name of the check that finds it, and a part of the message. */
    record Fault(String name, String rule, String finding, Supplier<PipeListener> broken) {
        @Override
        public String toString() {
            return "a listener that " + name + " is found";
        }
    }

    static Stream<Fault> all() {
        return Stream.concat(serving(), accepting());
    }

    private static Stream<Fault> serving() {
        String late = "Not finished within";
        return Stream.of(
                new Fault(
                        "serves one client after the other",
                        "several connections are served at the same time",
                        late,
                        OneAtATime::new),
                new Fault(
                        "leaves a connection open after its handler",
                        "a connection is closed when its handler has ended",
                        late,
                        LeavesOpen::new),
                new Fault(
                        "leaves a connection open after its handler has failed",
                        "a connection is closed when its handler has failed",
                        late,
                        LeavesOpen::new),
                new Fault(
                        "does not cancel its handlers",
                        "a cancelled serve cancels its handlers, and can be called again",
                        "Expected a cancelled serve to have cancelled its handler",
                        ForgetsHandlers::new),
                new Fault(
                        "serves in a cancelled scope",
                        "serve in a cancelled scope loses no connection",
                        late,
                        DropsWhenCancelled::new),
                new Fault("serves after it was closed", "closing ends serve", late, IgnoresClose::new),
                new Fault(
                        "begins to serve after it was closed",
                        "a closed listener refuses to serve",
                        late,
                        IgnoresClose::new),
                new Fault(
                        "can be cancelled before it is closed",
                        "closing twice does nothing, also in a cancelled scope",
                        "Expected close in a cancelled scope to return, but it threw Cancelled",
                        CloseIsCheckpoint::new),
                new Fault(
                        "can be closed by tasks only",
                        "close may be called by any thread",
                        "NoEventLoopException",
                        CloseIsCheckpoint::new),
                new Fault(
                        "lets clients in after it was closed",
                        "a closed listener serves no client",
                        late,
                        IgnoresClose::new));
    }

    private static Stream<Fault> accepting() {
        String late = "Not finished within";
        return Stream.of(
                new Fault(
                        "loses every third connection",
                        "accept returns each connection once",
                        late,
                        () -> new LosesConnections(3)),
                new Fault(
                        "does not see a new connection",
                        "an accept that waits gets the next connection",
                        late,
                        () -> new LosesConnections(1)),
                new Fault(
                        "loses a connection when accept is cancelled",
                        "a cancelled accept takes no connection",
                        late,
                        DropsWhenCancelled::new),
                new Fault(
                        "loses a connection when accept is cancelled while clients connect",
                        "an accept that is cancelled at any moment loses no connection",
                        "Expected a call that is cancelled at some moment to succeed at others",
                        DropsWhenCancelled::new),
                new Fault(
                        "accepts in a cancelled scope",
                        "accept in a cancelled scope takes no connection",
                        "accept in a cancelled scope to throw Cancelled, but it returned",
                        AcceptsShielded::new),
                new Fault(
                        "lets a second task wait",
                        "only one task at a time may accept, and the first one continues",
                        late,
                        SecondWaits::new),
                new Fault(
                        "leaves an accept waiting when it is closed",
                        "closing ends an accept that waits",
                        late,
                        IgnoresClose::new),
                new Fault(
                        "accepts after it was closed", "a closed listener refuses to accept", late, IgnoresClose::new),
                new Fault(
                        "closes accepted connections, too",
                        "accepted connections stay open when the listener is closed",
                        "An unexpected exception was thrown",
                        ClosesAll::new));
    }

    private static final class OneAtATime extends PipeListener {
        @Override
        public void serve(Handler<? super ByteStream> handler) {
            try {
                while (true) {
                    handle(accept(), handler);
                }
            } catch (RuntimeException failure) {
                throw failure;
            } catch (Exception failure) {
                throw new IllegalStateException(failure);
            }
        }
    }

    private static final class LeavesOpen extends PipeListener {
        @Override
        void handle(ByteStream stream, Handler<? super ByteStream> handler) {
            try {
                handler.handle(stream);
            } catch (Exception failure) {
                // the fault: it is forgotten, and the connection too
            }
        }
    }

    private static final class ForgetsHandlers extends PipeListener {
        @Override
        void handle(ByteStream stream, Handler<? super ByteStream> handler) throws Exception {
            try {
                super.handle(stream, connection -> {
                    connection.send(connection.receive(1));
                    AnyIO.sleepForever();
                });
            } catch (Cancelled c) {
                stream.close();
                throw c;
            }
        }
    }

    private static final class DropsWhenCancelled extends PipeListener {
        private boolean dropping;

        @Override
        public ByteStream accept() {
            ByteStream stream = take();
            if (dropping) {
                dropping = false;
                stream = take();
            }
            return stream;
        }

        private ByteStream take() {
            try {
                return super.accept();
            } catch (Cancelled c) {
                dropping = true;
                throw c;
            }
        }
    }

    private static final class IgnoresClose extends PipeListener {
        @Override
        public void close() {}
    }

    private static final class CloseIsCheckpoint extends PipeListener {
        @Override
        public void close() {
            AnyIO.checkpoint();
            super.close();
        }
    }

    private static final class LosesConnections extends PipeListener {
        private final int every;
        private int count;

        LosesConnections(int every) {
            this.every = every;
        }

        @Override
        public ByteStream accept() {
            ByteStream stream = super.accept();
            return ++count % every == 0 ? accept() : stream;
        }
    }

    private static final class AcceptsShielded extends PipeListener {
        @Override
        public ByteStream accept() {
            ByteStream[] stream = new ByteStream[1];
            CancelScope.shielded(() -> {
                stream[0] = super.accept();
            });
            return stream[0];
        }
    }

    private static final class SecondWaits extends PipeListener {
        private final Lock lock = Lock.create();

        @Override
        public ByteStream accept() {
            lock.acquire();
            try {
                return super.accept();
            } finally {
                lock.release();
            }
        }
    }

    private static final class ClosesAll extends PipeListener {
        private ByteStream last = PipeStream.pair().sender();

        @Override
        public ByteStream accept() {
            last = super.accept();
            return last;
        }

        @Override
        public void close() {
            last.close();
            super.close();
        }
    }
}
