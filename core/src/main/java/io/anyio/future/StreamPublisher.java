package io.anyio.future;

import io.anyio.Block;
import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.TaskGroup;
import io.anyio.TaskOptions;
import io.anyio.ValueBlock;
import io.anyio.stream.EndOfStreamException;
import io.anyio.stream.ObjectReceiveStream;
import java.util.Objects;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** A publisher that runs a task for each subscriber. */
final class StreamPublisher<T> implements Flow.Publisher<T> {
    private final TaskGroup group;
    private final ValueBlock<ObjectReceiveStream<T>, ?> open;
    private final Block<RuntimeException> refused;

    /**
     * Creates a publisher.
     *
     * @param open opens the stream of a subscriber that has its subscription
     * @param refused called in place of {@code open} for a subscriber that has thrown when it got its subscription
     */
    StreamPublisher(TaskGroup group, ValueBlock<ObjectReceiveStream<T>, ?> open, Block<RuntimeException> refused) {
        this.group = group;
        this.open = open;
        this.refused = refused;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super T> subscriber) {
        Objects.requireNonNull(subscriber, "subscriber");
        try {
            group.startSoon(TaskOptions.named("publisher"), () -> new Transfer<T>(subscriber).run(open, refused));
        } catch (IllegalStateException ended) {
            subscriber.onSubscribe(StreamSubscription.ended());
            subscriber.onError(ended);
        }
    }

    /** What the task of one subscriber does. What the subscriber throws is a failure of the task. */
    private static final class Transfer<T> {
        private final Flow.Subscriber<? super T> subscriber;
        private @Nullable Throwable failure; // of the stream

        Transfer(Flow.Subscriber<? super T> subscriber) {
            this.subscriber = subscriber;
        }

        void run(ValueBlock<ObjectReceiveStream<T>, ?> open, Block<RuntimeException> refused) {
            CancelScope.open(scope -> {
                var subscription = new StreamSubscription(scope);
                subscribe(subscription, refused);
                try {
                    transfer(open, subscription);
                } catch (Cancelled c) {
                    Throwable reason = subscription.endCancelled();
                    if (reason != null) {
                        subscriber.onError(reason);
                    }
                    throw c;
                }
                if (!subscription.end()) {
                    return; // cancelled at the last moment
                }
                if (failure == null) {
                    subscriber.onComplete();
                } else {
                    subscriber.onError(failure);
                }
            });
        }

        private void subscribe(StreamSubscription subscription, Block<RuntimeException> refused) {
            try {
                subscriber.onSubscribe(subscription);
            } catch (Throwable thrown) { // against rule 2.13: it can get no items and no failure
                try {
                    refused.run();
                } catch (RuntimeException | Error notClosed) {
                    thrown.addSuppressed(notClosed);
                }
                throw thrown;
            }
        }

        private void transfer(ValueBlock<ObjectReceiveStream<T>, ?> open, StreamSubscription subscription) {
            ObjectReceiveStream<T> stream = opened(open);
            if (stream == null) {
                return;
            }
            try {
                subscription.takeDemand();
                for (T item = received(stream); item != null; item = received(stream)) {
                    subscriber.onNext(item);
                    subscription.takeDemand();
                }
            } finally {
                close(stream);
            }
        }

        private void close(ObjectReceiveStream<T> stream) {
            try {
                stream.close();
            } catch (Cancelled c) {
                throw c;
            } catch (Throwable notClosed) { // for the subscriber
                if (failure == null) {
                    failure = notClosed;
                } else {
                    failure.addSuppressed(notClosed);
                }
            }
        }

        private @Nullable ObjectReceiveStream<T> opened(ValueBlock<ObjectReceiveStream<T>, ?> open) {
            try {
                return Objects.requireNonNull(open.call(), "The code that opens a stream has returned null");
            } catch (Cancelled c) {
                throw c;
            } catch (Throwable notOpened) { // for the subscriber
                failure = notOpened;
                return null;
            }
        }

        /** Returns the next item, or null when the stream has ended or failed. */
        private @Nullable T received(ObjectReceiveStream<T> stream) {
            try {
                return Objects.requireNonNull(
                        stream.receive(), "An item of the stream is null; Flow has no such items");
            } catch (EndOfStreamException end) {
                return null;
            } catch (Cancelled c) {
                throw c;
            } catch (Throwable broken) { // for the subscriber
                failure = broken;
                return null;
            }
        }
    }
}
