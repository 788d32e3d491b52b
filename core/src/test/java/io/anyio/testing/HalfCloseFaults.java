package io.anyio.testing;

import io.anyio.AnyIO;
import io.anyio.resource.BusyResourceException;
import io.anyio.resource.ClosedResourceException;
import io.anyio.stream.ByteStream;
import java.util.List;

/** Faults of {@link ByteStream#sendEof}. */
final class HalfCloseFaults {
    private HalfCloseFaults() {}

    static List<StreamFault> all() {
        return List.of(
                new StreamFault(
                        "closes when it should end one direction",
                        "sendEof ends one direction, and the other one continues",
                        "An unexpected exception was thrown",
                        EofCloses::new),
                new StreamFault(
                        "does not send the end",
                        "a receive that waits gets the end of sendEof",
                        "Not finished within",
                        NoEof::new),
                new StreamFault(
                        "cannot end one direction twice", "sendEof twice does nothing", "ended before", EofOnce::new),
                new StreamFault(
                        "sends after the end",
                        "after sendEof, send is refused",
                        "send after sendEof to throw ClosedResourceException, but it returned",
                        SendsAfterEof::new),
                new StreamFault(
                        "accepts the end after it was closed",
                        "after close, sendEof is refused",
                        "sendEof after close to throw ClosedResourceException, but it returned",
                        EofAfterClose::new),
                new StreamFault(
                        "can be cancelled before the end is sent",
                        "sendEof is not a checkpoint",
                        "Expected sendEof in a cancelled scope to return, but it threw Cancelled",
                        EofIsCheckpoint::new),
                new StreamFault(
                        "accepts the end while another task sends",
                        "sendEof is refused while another task sends",
                        "to throw BusyResourceException, but it returned",
                        EofWhileSending::new));
    }

    private static final class EofCloses extends WrappedStream {
        EofCloses(ByteStream inner) {
            super(inner);
        }

        @Override
        public void sendEof() {
            inner.close();
        }
    }

    private static final class NoEof extends WrappedStream {
        NoEof(ByteStream inner) {
            super(inner);
        }

        @Override
        public void sendEof() {}
    }

    private static final class EofOnce extends WrappedStream {
        private boolean ended;

        EofOnce(ByteStream inner) {
            super(inner);
        }

        @Override
        public void sendEof() {
            if (ended) {
                throw new IllegalStateException("ended before");
            }
            ended = true;
            inner.sendEof();
        }
    }

    private static final class SendsAfterEof extends WrappedStream {
        SendsAfterEof(ByteStream inner) {
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

    private static final class EofAfterClose extends WrappedStream {
        EofAfterClose(ByteStream inner) {
            super(inner);
        }

        @Override
        public void sendEof() {
            try {
                inner.sendEof();
            } catch (ClosedResourceException ignored) {
                // the fault
            }
        }
    }

    private static final class EofIsCheckpoint extends WrappedStream {
        EofIsCheckpoint(ByteStream inner) {
            super(inner);
        }

        @Override
        public void sendEof() {
            AnyIO.checkpoint();
            inner.sendEof();
        }
    }

    private static final class EofWhileSending extends WrappedStream {
        EofWhileSending(ByteStream inner) {
            super(inner);
        }

        @Override
        public void sendEof() {
            try {
                inner.sendEof();
            } catch (BusyResourceException ignored) {
                // the fault
            }
        }
    }
}
