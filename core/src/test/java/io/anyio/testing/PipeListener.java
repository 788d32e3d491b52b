package io.anyio.testing;

import io.anyio.CancelScope;
import io.anyio.TaskGroup;
import io.anyio.lowlevel.Checkpoints;
import io.anyio.resource.BrokenResourceException;
import io.anyio.resource.ClosedResourceException;
import io.anyio.resource.ResourceGuard;
import io.anyio.select.Select;
import io.anyio.stream.ByteStream;
import io.anyio.stream.EndOfStreamException;
import io.anyio.stream.Listener;
import io.anyio.stream.MemoryObjectStream;
import io.anyio.sync.Event;

/** A listener in memory, for the contract. The faults override what they break. */
class PipeListener implements Listener<ByteStream>, ListenerContract.Subject {
    final MemoryObjectStream<ByteStream> backlog = MemoryObjectStream.unlimited();
    final Event closed = Event.create();
    private final ResourceGuard accepting = ResourceGuard.create("accepting from");

    @Override
    public Listener<ByteStream> listener() {
        return this;
    }

    @Override
    public ByteStream connect() {
        if (closed.isSet()) {
            throw new BrokenResourceException("The listener was closed");
        }
        var pair = PipeStream.pair();
        backlog.sender().sendNow(pair.receiver());
        return pair.sender();
    }

    @Override
    public ByteStream accept() {
        try (var _ = accepting.enter()) {
            Checkpoints.fast("accept");
            checkOpen();
            return Select.first(
                    closed.onSet().then(_ -> {
                        throw closedException();
                    }),
                    backlog.receiver().onReceive());
        }
    }

    @Override
    public void serve(Handler<? super ByteStream> handler) {
        checkOpen();
        TaskGroup.run(group -> {
            while (true) {
                ByteStream stream = accept();
                group.startSoon(() -> handle(stream, handler));
            }
        });
    }

    void handle(ByteStream stream, Handler<? super ByteStream> handler) throws Exception {
        try {
            handler.handle(stream);
        } catch (EndOfStreamException | BrokenResourceException | ClosedResourceException ofThisConnection) {
            // the others are served all the same
        } finally {
            CancelScope.shielded(stream::close);
        }
    }

    private void checkOpen() {
        if (closed.isSet()) {
            throw closedException();
        }
    }

    static ClosedResourceException closedException() {
        return new ClosedResourceException("The listener was closed");
    }

    @Override
    public void close() {
        closed.set();
    }
}
