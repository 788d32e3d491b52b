package io.anyio.testing;

import static io.anyio.testing.ListenerChecks.expectByte;

import io.anyio.TaskGroup;
import io.anyio.resource.BusyResourceException;
import io.anyio.resource.ClosedResourceException;
import io.anyio.stream.ByteStream;
import io.anyio.testing.ListenerChecks.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The checks of {@link ListenerContract} for {@link ListenerContract.Subject#accept}. */
final class AcceptChecks {
    private static final int CLIENTS = 20;

    private AcceptChecks() {}

    static void addTo(ListenerChecks checks) {
        checks.add("accept returns each connection once", AcceptChecks::each);
        checks.add("an accept that waits gets the next connection", AcceptChecks::waiting);
        checks.add("a cancelled accept takes no connection", AcceptChecks::cancelled);
        checks.add("an accept that is cancelled at any moment loses no connection", AcceptChecks::cancelledAtAnyMoment);
        checks.add("accept in a cancelled scope takes no connection", AcceptChecks::cancelledScope);
        checks.add("only one task at a time may accept, and the first one continues", AcceptChecks::busy);
        checks.add("closing ends an accept that waits", AcceptChecks::closeWhileAccepting);
        checks.add("a closed listener refuses to accept", AcceptChecks::acceptAfterClose);
        checks.add("accepted connections stay open when the listener is closed", AcceptChecks::staysOpen);
    }

    private static void each(TaskGroup group, Session session) throws Exception {
        for (int number = 0; number < CLIENTS; number++) {
            session.connect(number);
        }
        List<ByteStream> accepted = new ArrayList<>();
        for (int number = 0; number < CLIENTS; number++) {
            accepted.add(session.accept());
        }
        expectNumbers(accepted);
    }

    private static void expectNumbers(List<ByteStream> accepted) {
        Set<Integer> numbers = new TreeSet<>();
        for (ByteStream stream : accepted) {
            int number = stream.receive(1)[0];
            Expect.that(numbers.add(number), "Expected each connection once, but number " + number + " came twice");
        }
        Expect.equal(CLIENTS, numbers.size(), "the number of connections accepted");
    }

    private static PendingCall<ByteStream> accepting(TaskGroup group, Session session) {
        return PendingCall.waiting(group, "accept", session::accept);
    }

    private static void waiting(TaskGroup group, Session session) throws Exception {
        var accepting = accepting(group, session);
        session.connect(3);
        expectByte(3, accepting.value());
    }

    private static void cancelled(TaskGroup group, Session session) throws Exception {
        accepting(group, session).cancel();
        session.connect(1);
        expectByte(1, session.accept());
    }

    private static void cancelledAtAnyMoment(TaskGroup group, Session session) {
        group.startSoon(() -> {
            for (int number = 0; number < CLIENTS; number++) {
                session.connect(number);
            }
        });
        List<ByteStream> accepted = new ArrayList<>();
        for (int round = 0; accepted.size() < CLIENTS; round++) {
            PairChecks.pause(round);
            PairChecks.cancelledAfter(round % 5, () -> accepted.add(session.accept()));
        }
        expectNumbers(accepted);
    }

    private static void cancelledScope(TaskGroup group, Session session) throws Exception {
        session.connect(1);
        session.connect(2);
        ByteStream first = session.accept(); // the second one is here too, if the listener accepts ahead
        Expect.cancelled("accept", session::accept);
        ByteStream second = session.accept();
        Expect.equal(3, first.receive(1)[0] + second.receive(1)[0], "the sum of the numbers of two connections");
    }

    private static void busy(TaskGroup group, Session session) throws Exception {
        var accepting = accepting(group, session);
        Expect.thrown(BusyResourceException.class, "a second accept", session::accept);
        accepting.expectWaiting();
        session.connect(1);
        expectByte(1, accepting.value());
    }

    private static void closeWhileAccepting(TaskGroup group, Session session) {
        var accepting = accepting(group, session);
        session.listener().close();
        accepting.failure(ClosedResourceException.class);
    }

    private static void acceptAfterClose(TaskGroup group, Session session) {
        session.listener().close();
        Expect.thrown(ClosedResourceException.class, "accept after close", session::accept);
    }

    private static void staysOpen(TaskGroup group, Session session) throws Exception {
        ByteStream client = session.connect(1);
        ByteStream server = session.accept();
        session.listener().close();
        expectByte(1, server);
        server.send(new byte[] {2});
        expectByte(2, client);
    }
}
