package io.anyio.testing;

import static io.anyio.testing.ListenerChecks.expectByte;
import static io.anyio.testing.ListenerChecks.expectClosed;
import static io.anyio.testing.ListenerChecks.expectEnded;
import static io.anyio.testing.ListenerChecks.serving;

import io.anyio.AnyIO;
import io.anyio.Cancelled;
import io.anyio.TaskGroup;
import io.anyio.resource.ClosedResourceException;
import io.anyio.stream.ByteStream;
import io.anyio.stream.EndOfStreamException;
import io.anyio.sync.Event;
import io.anyio.testing.ListenerChecks.Session;
import io.anyio.thread.ToThread;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** The checks of {@link ListenerContract} for serving and closing. */
final class ServeChecks {
    private static final int CLIENTS = 5;

    private ServeChecks() {}

    static void addTo(ListenerChecks checks) {
        checks.add("several connections are served at the same time", ServeChecks::several);
        checks.add("a connection is closed when its handler has ended", ServeChecks::closesAfterwards);
        checks.add("a connection is closed when its handler has failed", ServeChecks::closesAfterFailure);
        checks.add("a cancelled serve cancels its handlers, and can be called again", ServeChecks::cancelledServe);
        checks.add("serve in a cancelled scope loses no connection", ServeChecks::cancelledScope);
        checks.add("closing ends serve", ServeChecks::closeWhileServing);
        checks.add("a closed listener refuses to serve", ServeChecks::serveAfterClose);
        checks.add("closing twice does nothing, also in a cancelled scope", ServeChecks::closeTwice);
        checks.add("close may be called by any thread", ServeChecks::closeFromThread);
        checks.add("a closed listener serves no client", ServeChecks::connectAfterClose);
    }

    private static void several(TaskGroup group, Session session) throws Exception {
        var inside = new AtomicInteger();
        var all = Event.create();
        serving(group, session, stream -> {
            byte[] number = stream.receive(1);
            if (inside.incrementAndGet() == CLIENTS) {
                all.set();
            }
            all.await();
            stream.send(number);
        });
        List<ByteStream> clients = new ArrayList<>();
        for (int number = 0; number < CLIENTS; number++) {
            clients.add(session.connect(number));
        }
        for (int number = 0; number < CLIENTS; number++) {
            expectByte(number, clients.get(number));
        }
    }

    private static void closesAfterwards(TaskGroup group, Session session) throws Exception {
        serving(group, session, stream -> stream.send(stream.receive(1)));
        ByteStream client = session.connect(1);
        expectByte(1, client);
        Expect.thrown(EndOfStreamException.class, "receive after the handler has ended", () -> client.receive());
    }

    private static void closesAfterFailure(TaskGroup group, Session session) throws Exception {
        var serving = serving(group, session, stream -> {
            stream.receive(1);
            throw new EndOfStreamException("The handler of a contract fails");
        });
        expectEnded(session.connect(1));
        Expect.that(
                !serving.hasEnded() || serving.outcome() != null,
                "Expected serve to continue or to throw after a handler has failed, but it returned");
    }

    private static void cancelledServe(TaskGroup group, Session session) throws Exception {
        var cancelled = Event.create();
        var first = serving(group, session, stream -> {
            stream.send(stream.receive(1));
            try {
                AnyIO.sleepForever();
            } catch (Cancelled c) {
                cancelled.set();
                throw c;
            }
        });
        ByteStream client = session.connect(1);
        expectByte(1, client);
        first.cancel();
        Expect.that(cancelled.isSet(), "Expected a cancelled serve to have cancelled its handler when it ends");
        expectEnded(client);
        ByteStream second = session.connect(2); // while nothing serves
        serving(group, session, stream -> stream.send(stream.receive(1)));
        expectByte(2, second);
    }

    private static void cancelledScope(TaskGroup group, Session session) throws Exception {
        ByteStream client = session.connect(1);
        Expect.cancelled(
                "serve",
                () -> session.listener()
                        .serve(_ -> Expect.that(false, "Expected serve in a cancelled scope to serve nothing")));
        serving(group, session, stream -> stream.send(stream.receive(1)));
        expectByte(1, client);
    }

    private static void closeWhileServing(TaskGroup group, Session session) throws Exception {
        var serving = serving(group, session, stream -> {
            stream.send(stream.receive(1));
            AnyIO.sleepForever();
        });
        expectByte(1, session.connect(1));
        session.listener().close();
        expectClosed("serve of a closed listener", serving.outcome());
    }

    private static void serveAfterClose(TaskGroup group, Session session) {
        session.listener().close();
        Expect.thrown(
                ClosedResourceException.class,
                "serve after close",
                () -> session.listener().serve(_ -> {}));
    }

    private static void closeTwice(TaskGroup group, Session session) {
        Expect.returnsWhenCancelled("close", session.listener()::close);
        Expect.returnsWhenCancelled("a second close", session.listener()::close);
        session.listener().close();
        Expect.thrown(
                ClosedResourceException.class,
                "serve after close",
                () -> session.listener().serve(_ -> {}));
    }

    private static void closeFromThread(TaskGroup group, Session session) {
        var serving = serving(group, session, _ -> {});
        ToThread.run(() -> {
            session.listener().close();
            return true;
        });
        expectClosed("serve of a closed listener", serving.outcome());
    }

    private static void connectAfterClose(TaskGroup group, Session session) {
        session.listener().close();
        ByteStream client;
        try {
            client = session.connect();
        } catch (Cancelled c) {
            throw c;
        } catch (Exception refused) {
            return;
        }
        expectEnded(client);
    }
}
