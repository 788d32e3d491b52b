package io.anyio.testing;

import io.anyio.CancelScope;
import io.anyio.FailureGroup;
import io.anyio.TaskGroup;
import io.anyio.resource.BrokenResourceException;
import io.anyio.resource.ClosedResourceException;
import io.anyio.stream.ByteStream;
import io.anyio.stream.EndOfStreamException;
import io.anyio.stream.Listener;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** Collects the checks of {@link ListenerContract}; each has a listener of its own. */
final class ListenerChecks {
    private final List<ContractCheck> checks;
    private final Duration limit;
    private final ListenerContract.Maker maker;

    ListenerChecks(List<ContractCheck> checks, Duration limit, ListenerContract.Maker maker) {
        this.checks = checks;
        this.limit = limit;
        this.maker = maker;
    }

    /** The code of a check. The group is cancelled at its end. */
    @FunctionalInterface
    interface Body {
        void run(TaskGroup group, Session session) throws Exception;
    }

    void add(String name, Body body) {
        checks.add(ContractCheck.ofTask(name, limit, () -> {
            var session = new Session(maker.make());
            try {
                TaskGroup.run(group -> {
                    body.run(group, session);
                    group.cancel();
                });
            } finally {
                session.close();
            }
        }));
    }

    /** One listener, and the connections of the check, which are closed at its end. */
    static final class Session {
        private final ListenerContract.Subject subject;
        private final ConcurrentLinkedQueue<ByteStream> opened = new ConcurrentLinkedQueue<>();

        Session(ListenerContract.Subject subject) {
            this.subject = subject;
        }

        Listener<? extends ByteStream> listener() {
            return subject.listener();
        }

        ByteStream connect() throws Exception {
            ByteStream stream = subject.connect();
            opened.add(stream);
            return stream;
        }

        ByteStream accept() throws Exception {
            ByteStream stream = subject.accept();
            opened.add(stream);
            return stream;
        }

        /** Connects and sends one byte, by which the other side knows the connection. */
        ByteStream connect(int number) throws Exception {
            ByteStream stream = connect();
            stream.send(new byte[] {(byte) number});
            return stream;
        }

        private void close() {
            CancelScope scope = CancelScope.create();
            scope.cancel();
            scope.run(() -> {
                opened.forEach(ByteStream::close);
                listener().close();
            });
        }
    }

    /** Serves in a task of its own. */
    static PendingCall<Boolean> serving(TaskGroup group, Session session, Listener.Handler<ByteStream> handler) {
        return PendingCall.waiting(group, "serve", () -> {
            session.listener().serve(handler);
            return true;
        });
    }

    /** Asserts that the client gets this byte. */
    static void expectByte(int expected, ByteStream client) {
        byte[] received;
        try {
            received = client.receive(1);
        } catch (EndOfStreamException | BrokenResourceException lost) {
            throw new AssertionError("Expected the connection to be served, but it has ended: " + lost, lost);
        }
        Expect.equal((byte) expected, received[0], "the byte that the other side has sent");
    }

    /** Asserts that the connection has been closed by the other side, in good order or not. */
    static void expectEnded(ByteStream client) {
        try {
            client.receive();
        } catch (EndOfStreamException | BrokenResourceException ended) {
            return;
        }
        throw new AssertionError("Expected the connection to be closed, but the client received bytes");
    }

    /** Asserts that {@code failure} is that of a closed listener, by itself or in a group. */
    static void expectClosed(String what, @Nullable Throwable failure) {
        if (failure instanceof FailureGroup group && group.contains(ClosedResourceException.class)) {
            return;
        }
        Expect.thrown(ClosedResourceException.class, what, failure);
    }
}
