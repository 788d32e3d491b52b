package io.anyio.stream;

import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A stream that passes items between tasks of one program: the two ends of a new memory object stream.
 *
 * <p>AnyIO: {@code create_memory_object_stream}.
 *
 * <pre>{@code
 * var lines = MemoryObjectStream.<String>create(16);
 * TaskGroup.run(group -> {
 *     group.startSoon(() -> {
 *         try (var receiver = lines.receiver()) {
 *             for (String line : receiver) {
 *                 ...
 *             }
 *         }
 *     });
 *     try (var sender = lines.sender()) {
 *         sender.send("hello");
 *     }   // ends the loop of the receiver
 * });
 * }</pre>
 *
 * <p>Items arrive in the order in which they were sent, each at one receiver. Any number of tasks, on any loops, may
 * share an end; they are served in the order of arrival. To give each task an end that it closes for itself, use
 * {@link MemorySendStream#copy} and {@link MemoryReceiveStream#copy}. The ends can be made anywhere, also outside of a
 * run. {@link #close} closes both.
 *
 * <p>Items that have to be released, such as reference-counted buffers, need a stream with a consumer for those that
 * are never received: see {@link #create(int, Consumer)}.
 *
 * <p>If one end is never closed, tasks at the other end may wait forever. In debug mode such an end, if it was made by
 * a task, is reported to the {@link System.Logger} {@code io.anyio.stream} when it is garbage-collected.
 *
 * @param sender the end to send to
 * @param receiver the end to receive from
 * @param <T> the type of the items, which may be nullable
 */
public record MemoryObjectStream<T extends @Nullable Object>(
        MemorySendStream<T> sender, MemoryReceiveStream<T> receiver) implements AutoCloseable {
    /** Makes a pair of ends. No argument may be null. */
    public MemoryObjectStream {
        Objects.requireNonNull(sender, "sender");
        Objects.requireNonNull(receiver, "receiver");
    }

    /** The size of a buffer that is never full. AnyIO: {@code math.inf}. */
    public static final int UNLIMITED = Integer.MAX_VALUE;

    /**
     * Returns a stream that buffers up to {@code maxBufferSize} items. With 0 a sender waits for a receiver.
     *
     * @throws IllegalArgumentException when the size is negative
     */
    public static <T extends @Nullable Object> MemoryObjectStream<T> create(int maxBufferSize) {
        return of(maxBufferSize, null);
    }

    /**
     * Like {@link #create(int)}, and passes the items that are never received to {@code dispose}: those in the buffer
     * when the last receive stream is closed, each once, the oldest first. AnyIO has no counterpart; there such items
     * are collected.
     *
     * <pre>{@code
     * var buffers = MemoryObjectStream.<ByteBuf>create(16, ReferenceCountUtil::release);
     * }</pre>
     *
     * <p>Every item has one owner at a time. If {@code send} returns, the item belongs to the stream, or to the task
     * that has received it. If {@code send} throws, for example because it was cancelled, or if a select takes another
     * clause, the item still belongs to the sender. An item that was handed to a task belongs to that task, which
     * returns from {@code receive} even if it is cancelled meanwhile. An item that a loop over a receive stream has
     * fetched with {@code hasNext} belongs to the caller.
     *
     * <p>The thread that closes the last receive stream calls {@code dispose}, before {@code close} returns, and
     * outside of the stream's critical section. It should not wait. If it throws, the failure is logged to the
     * {@link System.Logger} {@code io.anyio.stream}, and the remaining items are disposed of. Items of a stream whose
     * receive streams are not all closed are not disposed of.
     *
     * @throws IllegalArgumentException when the size is negative
     */
    public static <T extends @Nullable Object> MemoryObjectStream<T> create(
            int maxBufferSize, Consumer<? super T> dispose) {
        return of(maxBufferSize, Objects.requireNonNull(dispose, "dispose"));
    }

    private static <T extends @Nullable Object> MemoryObjectStream<T> of(
            int maxBufferSize, @Nullable Consumer<? super T> dispose) {
        if (maxBufferSize < 0) {
            throw new IllegalArgumentException(
                    "The buffer size must be at least 0, not " + maxBufferSize + "; with 0, each sender waits");
        }
        var state = new MemoryStreamState<T>(maxBufferSize, dispose);
        return new MemoryObjectStream<>(new MemorySendStream<>(state), new MemoryReceiveStream<>(state));
    }

    /** Returns a stream without a buffer: a sender waits until its item is received. */
    public static <T extends @Nullable Object> MemoryObjectStream<T> rendezvous() {
        return create(0);
    }

    /**
     * Returns a stream whose buffer grows as needed, so that sending never waits. If receivers are slower than senders,
     * it grows until the memory is exhausted; prefer a size.
     */
    public static <T extends @Nullable Object> MemoryObjectStream<T> unlimited() {
        return create(UNLIMITED);
    }

    /**
     * Closes both ends but not their copies: first {@link MemorySendStream#close}, then
     * {@link MemoryReceiveStream#close}. Once no copy of the receiver is open, items still in the buffer are lost, or
     * disposed of: see {@link #create(int, Consumer)}. Idempotent. May be called from any thread. Not a checkpoint.
     */
    @Override
    public void close() {
        sender.close();
        receiver.close();
    }
}
