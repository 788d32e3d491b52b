package io.anyio.future;

import io.anyio.TaskGroup;
import io.anyio.ValueBlock;
import io.anyio.stream.ObjectReceiveStream;
import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Object streams from and to the reactive streams of {@link Flow}. Demand is respected in both directions: a publisher
 * receives an item from its stream only when its subscriber has requested one, and a stream requests only what its
 * buffer can take.
 *
 * <pre>{@code
 * library.consume(FlowStreams.publisher(group, lines));
 *
 * try (var answers = FlowStreams.subscribe(library.answers(), 16)) {
 *     for (Answer answer : answers) {
 *         ...
 *     }
 * }
 * }</pre>
 *
 * <p>AnyIO has no counterpart.
 */
public final class FlowStreams {
    private FlowStreams() {}

    /**
     * Returns a publisher of the items of {@code stream} for one subscriber; a second one gets an
     * {@link IllegalStateException}. The publisher closes the stream when the subscription ends, in whatever way.
     *
     * <p>A task of {@code group} receives the items and calls the subscriber, one call at a time. It continues while
     * the subscription is open, so the group waits for that. The end of the stream completes the subscriber, once it
     * has requested one item more than there are; a failure of the stream goes to {@code onError}, not to the group.
     * Cancelling the subscription loses no item: it ends the task. Cancelling the group sends {@code onError} with a
     * {@link java.util.concurrent.CancellationException}. A subscriber that throws fails the task and the group. An
     * item that is null is a failure, because {@code Flow} has none.
     *
     * <p>The methods of the publisher and its subscriptions may be called by any thread and never wait. A subscriber of
     * an ended group gets an {@link IllegalStateException}.
     */
    public static <T> Flow.Publisher<T> publisher(TaskGroup group, ObjectReceiveStream<T> stream) {
        Objects.requireNonNull(group, "group");
        Objects.requireNonNull(stream, "stream");
        var taken = new AtomicBoolean();
        return new StreamPublisher<>(
                group,
                () -> {
                    if (!taken.compareAndSet(false, true)) {
                        throw new IllegalStateException("This publisher takes one subscriber, because its stream can be"
                                + " received once; give it code that opens a stream for each");
                    }
                    return stream;
                },
                () -> {
                    if (taken.compareAndSet(false, true)) {
                        stream.close();
                    }
                });
    }

    /**
     * Like {@link #publisher(TaskGroup, ObjectReceiveStream)}, for any number of subscribers: {@code open} is called
     * for each of them, in its task, and opens the stream of that subscriber.
     */
    public static <T> Flow.Publisher<T> publisher(TaskGroup group, ValueBlock<ObjectReceiveStream<T>, ?> open) {
        Objects.requireNonNull(group, "group");
        Objects.requireNonNull(open, "open");
        return new StreamPublisher<>(group, open, () -> {});
    }

    /**
     * Subscribes to {@code publisher} and returns a stream of its items. Closing the stream cancels the subscription;
     * items in its buffer are lost. The stream ends when the publisher completes, and is broken, with the failure as
     * cause, when the publisher fails; the items before that are received first. Any number of tasks may receive.
     *
     * <p>May be called from any thread; not a checkpoint.
     *
     * @param bufferSize how many items may be requested and not received yet, at least 1
     * @throws IllegalArgumentException when the size is less than 1
     */
    public static <T> ObjectReceiveStream<T> subscribe(Flow.Publisher<? extends T> publisher, int bufferSize) {
        Objects.requireNonNull(publisher, "publisher");
        var stream = new SubscribedStream<T>(bufferSize);
        publisher.subscribe(stream.subscriber());
        return stream;
    }
}
