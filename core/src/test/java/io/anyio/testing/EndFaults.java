package io.anyio.testing;

import io.anyio.AnyIO;
import io.anyio.resource.BrokenResourceException;
import io.anyio.resource.ClosedResourceException;
import io.anyio.stream.ByteStream;
import io.anyio.stream.EndOfStreamException;
import java.nio.ByteBuffer;
import java.util.List;

/** Faults at the end of a stream. */
final class EndFaults {
    private EndFaults() {}

    static List<StreamFault> all() {
        return List.of(
                new StreamFault(
                        "ends only once",
                        "the end comes after all bytes, and each time again",
                        "at the end of the stream to throw EndOfStreamException, but it returned",
                        EndsOnce::new),
                new StreamFault(
                        "does not tell the other side that it was closed",
                        "a receive that waits gets the end",
                        "Not finished within",
                        WakesNoWaiter::new),
                new StreamFault(
                        "does not notice that the receiver has closed",
                        "send is broken after the receiver has closed, and stays broken",
                        "Not finished within",
                        IgnoresBroken::new),
                new StreamFault(
                        "cannot be closed twice", "closing twice does nothing", "already closed", ClosesOnce::new),
                new StreamFault(
                        "sends after it was closed",
                        "a closed sender refuses to send",
                        "send after close to throw ClosedResourceException, but it returned",
                        IgnoresClosed::new),
                new StreamFault(
                        "forgets at its end that it was closed",
                        "a closed receiver refuses to receive, also at the end",
                        "throw ClosedResourceException, but it threw io.anyio.stream.EndOfStreamException",
                        EndWinsOverClosed::new),
                new StreamFault(
                        "can be cancelled before it is closed",
                        "close in a cancelled scope closes, and does not throw",
                        "Expected close in a cancelled scope to return, but it threw Cancelled",
                        CloseIsCheckpoint::new),
                new StreamFault(
                        "can be closed by tasks only",
                        "close may be called by any thread",
                        "Expected close on another thread to return",
                        CloseNeedsTask::new),
                new StreamFault(
                        "closes one direction only",
                        "closing ends both directions",
                        "Not finished within",
                        WakesNoWaiter::new));
    }

    private static final class EndsOnce extends WrappedStream {
        private boolean ended;

        EndsOnce(ByteStream inner) {
            super(inner);
        }

        @Override
        public byte[] receive(int max) {
            try {
                return ended ? new byte[0] : inner.receive(max);
            } catch (EndOfStreamException end) {
                ended = true;
                throw end;
            }
        }
    }

    private static final class WakesNoWaiter extends WrappedStream {
        private boolean closed;

        WakesNoWaiter(ByteStream inner) {
            super(inner);
        }

        @Override
        public byte[] receive(int max) {
            if (closed) {
                throw new ClosedResourceException("closed");
            }
            return inner.receive(max);
        }

        @Override
        public void send(byte[] bytes) {
            if (closed) {
                throw new ClosedResourceException("closed");
            }
            inner.send(bytes);
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private static final class IgnoresBroken extends WrappedStream {
        IgnoresBroken(ByteStream inner) {
            super(inner);
        }

        @Override
        public void send(byte[] bytes) {
            try {
                inner.send(bytes);
            } catch (BrokenResourceException ignored) {
                AnyIO.checkpoint();
            }
        }
    }

    private static final class ClosesOnce extends WrappedStream {
        private boolean closed;

        ClosesOnce(ByteStream inner) {
            super(inner);
        }

        @Override
        public void close() {
            if (closed) {
                throw new IllegalStateException("already closed");
            }
            closed = true;
            inner.close();
        }
    }

    private static final class IgnoresClosed extends WrappedStream {
        IgnoresClosed(ByteStream inner) {
            super(inner);
        }

        @Override
        public void send(byte[] bytes) {
            try {
                inner.send(bytes);
            } catch (ClosedResourceException ignored) {
                AnyIO.checkpoint();
            }
        }
    }

    private static final class EndWinsOverClosed extends WrappedStream {
        private boolean ended;

        EndWinsOverClosed(ByteStream inner) {
            super(inner);
        }

        @Override
        public byte[] receive(int max) {
            if (ended) {
                throw new EndOfStreamException();
            }
            return inner.receive(max);
        }

        @Override
        public int receive(ByteBuffer target) {
            try {
                return inner.receive(target);
            } catch (EndOfStreamException end) {
                ended = true;
                throw end;
            }
        }
    }

    private static final class CloseIsCheckpoint extends WrappedStream {
        CloseIsCheckpoint(ByteStream inner) {
            super(inner);
        }

        @Override
        public void close() {
            if (AnyIO.currentBackend().isPresent()) {
                AnyIO.checkpoint();
            }
            inner.close();
        }
    }

    private static final class CloseNeedsTask extends WrappedStream {
        CloseNeedsTask(ByteStream inner) {
            super(inner);
        }

        @Override
        public void close() {
            AnyIO.currentRun();
            inner.close();
        }
    }
}
