package io.anyio.future;

import io.anyio.WouldBlockException;
import io.anyio.lowlevel.ExternalWork;
import io.anyio.lowlevel.StackSpace;
import io.anyio.resource.BrokenResourceException;
import io.anyio.resource.ClosedResourceException;
import io.anyio.stream.EndOfStreamException;
import io.anyio.stream.MemoryObjectStream;
import io.anyio.stream.ObjectReceiveStream;
import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A stream of the items of a publisher. */
final class SubscribedStream<T> implements ObjectReceiveStream<T> {
    private final int bufferSize;
    private final int batch; // so many items are requested at once
    private final MemoryObjectStream<T> items;
    private final Flow.Subscriber<T> subscriber = new Subscriber();
    private final AtomicReference<Flow.@Nullable Subscription> subscription = new AtomicReference<>();
    private final AtomicLong received = new AtomicLong(); // incremented by tasks
    private volatile @Nullable Throwable failure; // set by the publisher's thread before the sender is closed
    private volatile boolean closed; // set by any thread before it reads the subscription

    SubscribedStream(int bufferSize) {
        if (bufferSize < 1) {
            throw new IllegalArgumentException("The size of the buffer must be at least 1, not " + bufferSize);
        }
        this.bufferSize = bufferSize;
        this.batch = (bufferSize + 1) / 2;
        this.items = MemoryObjectStream.create(bufferSize);
    }

    Flow.Subscriber<T> subscriber() {
        return subscriber;
    }

    @Override
    public T receive() {
        StackSpace.require(); // an item that is taken must reach the caller
        T item = await();
        Flow.Subscription from = subscription.get();
        if (received.incrementAndGet() % batch == 0 && from != null) {
            from.request(batch);
        }
        return item;
    }

    private T await() {
        ExternalWork foreign = ExternalWork.expect("receive an item");
        try {
            return items.receiver().receive();
        } catch (EndOfStreamException end) {
            if (closed) {
                throw new ClosedResourceException("This stream was closed on this side");
            }
            Throwable cause = failure;
            if (cause != null) {
                throw new BrokenResourceException("The publisher of this stream has failed", cause);
            }
            throw end;
        } finally {
            foreign.end();
        }
    }

    @Override
    public void close() {
        closed = true;
        cancel();
        items.close(); // first the sending end: it ends the waits of other tasks
    }

    private void cancel() {
        Flow.Subscription from = subscription.get();
        if (from != null) {
            from.cancel();
        }
    }

    @Override
    public String toString() {
        return "SubscribedStream[" + items.receiver().statistics() + "]";
    }

    /** The publisher's side. Any thread may call it, one at a time. */
    private final class Subscriber implements Flow.Subscriber<T> {
        @Override
        public void onSubscribe(Flow.Subscription from) {
            Objects.requireNonNull(from, "subscription");
            if (!subscription.compareAndSet(null, from) || closed) {
                from.cancel();
            } else {
                from.request(bufferSize);
            }
        }

        @Override
        public void onNext(T item) {
            Objects.requireNonNull(item, "item");
            try {
                items.sender().sendNow(item);
            } catch (WouldBlockException full) {
                cancel();
                onError(new IllegalStateException(
                        "The publisher has sent more items than were requested; repair it (rule 1.1)", full));
            } catch (ClosedResourceException | BrokenResourceException ended) {
                // closed on this side, or the publisher has ended before: items may still be under way
            }
        }

        @Override
        public void onError(Throwable thrown) {
            failure = Objects.requireNonNull(thrown, "failure");
            items.sender().close();
        }

        @Override
        public void onComplete() {
            items.sender().close();
        }
    }
}
