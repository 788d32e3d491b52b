package io.anyio.testsuite.guarantees;

import static io.anyio.testsuite.guarantees.FullStack.soon;
import static io.anyio.testsuite.guarantees.FullStack.strike;

import io.anyio.AnyIO;
import io.anyio.TaskGroup;
import io.anyio.net.SocketListener;
import io.anyio.net.SocketStream;
import io.anyio.net.Tcp;
import io.anyio.resource.BrokenResourceException;
import io.anyio.resource.ClosedResourceException;
import io.anyio.stream.EndOfStreamException;

/** A call of a socket at the end of the stack, with the conditions that must hold afterwards. */
enum StruckSocketCall implements FullStack.Strike {
    RECEIVE_WHAT_IS_THERE(near -> connected((here, there) -> {
        there.send(new byte[] {1, 2});
        here.receive(1);
        boolean struck = strike(near, () -> here.receive(1));
        return !struck || arrives(here) ? "" : "a byte is lost";
    })),
    RECEIVE_WITH_A_WAIT(near -> connected((here, there) -> TaskGroup.call(group -> {
        group.startSoon(() -> {
            AnyIO.checkpoint();
            there.send(new byte[] {1});
        });
        boolean struck = strike(near, () -> here.receive(1));
        return !struck || arrives(here) ? "" : "a byte is lost";
    }))),
    SEND(near -> connected((here, there) -> {
        boolean struck = strike(near, () -> here.send(new byte[] {1}));
        boolean works = soon(() -> {
            here.send(new byte[] {2});
            byte got = there.receive(1)[0];
            if (got == 1) {
                got = there.receive(1)[0];
            } else if (!struck) {
                throw new IllegalStateException("a byte is lost");
            }
            if (got != 2) {
                throw new IllegalStateException("received " + got);
            }
        });
        return works ? "" : "the stream does not send any more";
    })),
    FLUSH(near -> connected((here, there) -> {
        here.send(new byte[] {1});
        strike(near, here::flush);
        return soon(() -> there.receive(1)) && soon(here::flush) ? "" : "the stream does not send any more";
    })),
    CLOSE(near -> connected((here, there) -> {
        if (strike(near, here::close)) {
            here.close();
        }
        return soon(() -> awaitEnd(there)) ? "" : "the stream is not closed";
    })),
    CLOSE_A_LISTENER(near -> listening(listener -> TaskGroup.call(group -> {
        var accepting = group.startSoon(() -> {
            try {
                listener.accept();
                throw new IllegalStateException("no client has connected");
            } catch (ClosedResourceException closed) {
                // as it should be
            }
        });
        AnyIO.checkpoint();
        if (strike(near, listener::close)) {
            listener.close();
        }
        boolean told = soon(accepting::await);
        accepting.cancel();
        return told ? "" : "who accepts does not learn of the end";
    }))),
    CONNECT(near -> listening(listener -> TaskGroup.call(group -> {
        var accepting = group.startSoon(() -> {
            while (true) {
                listener.accept().close();
            }
        });
        strike(near, () -> connect(listener).close());
        boolean works = soon(() -> connect(listener).close());
        accepting.cancel();
        return works ? "" : "nothing can be connected any more";
    }))),
    ACCEPT(near -> listening(listener -> TaskGroup.call(group -> {
        group.startSoon(() -> {
            AnyIO.checkpoint();
            connect(listener).close();
        });
        boolean struck = strike(near, () -> listener.accept().close());
        group.startSoon(() -> connect(listener).close());
        return soon(() -> listener.accept().close()) ? "" : "the listener does not accept, struck: " + struck;
    })));

    /** What is done with both ends of a connection. */
    private interface OnConnection {
        String with(SocketStream here, SocketStream there) throws Exception;
    }

    /** What is done with a listener. */
    private interface OnListener {
        String with(SocketListener listener) throws Exception;
    }

    @SuppressWarnings("ImmutableEnumChecker") // a lambda without state
    private final FullStack.Strike strike;

    StruckSocketCall(FullStack.Strike strike) {
        this.strike = strike;
    }

    @Override
    public String at(int near) throws Exception {
        return strike.at(near);
    }

    private static String listening(OnListener code) throws Exception {
        try (SocketListener listener = Tcp.listen("127.0.0.1", 0)) {
            return code.with(listener);
        }
    }

    private static String connected(OnConnection code) throws Exception {
        return listening(listener -> {
            try (SocketStream here = connect(listener);
                    SocketStream there = listener.accept()) {
                return code.with(here, there);
            }
        });
    }

    /** Returns whether a byte can be received, or it is known that the connection is broken. */
    private static boolean arrives(SocketStream stream) throws Exception {
        try {
            return soon(() -> stream.receive(1));
        } catch (BrokenResourceException told) {
            return true;
        }
    }

    private static void awaitEnd(SocketStream stream) {
        try {
            byte[] got = stream.receive(1);
            throw new IllegalStateException("received " + got[0]);
        } catch (EndOfStreamException | BrokenResourceException ended) {
            // as it should be
        }
    }

    private static SocketStream connect(SocketListener listener) {
        return Tcp.connect("127.0.0.1", listener.port());
    }
}
