package io.anyio.task;

import io.anyio.Block;
import io.anyio.ValueBlock;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Runs several pieces of work concurrently. AnyIO: {@code gather}, {@code amap}, {@code as_completed}.
 *
 * <pre>{@code
 * List<Page> both = Tasks.gather(() -> fetch("a"), () -> fetch("b"));
 * List<Page> pages = Tasks.map(MapOptions.DEFAULTS.withLimit(8), urls, url -> fetch(url));
 * Page fastest = Tasks.race(() -> fetch("mirror 1"), () -> fetch("mirror 2"));
 *
 * Tasks.gather(() -> save(both), () -> log(both));   // code without a value
 * Tasks.forEach(urls, url -> visit(url));
 * }</pre>
 *
 * <p>Each piece of work is a task in a group that ends with the call. All methods except {@code asCompleted} are for
 * tasks only, and are checkpoints. Unless stated otherwise, the first failure cancels the other tasks, the call waits
 * for them, and the failures are thrown as an {@link io.anyio.ExceptionGroup} or {@link io.anyio.ErrorGroup}, even if
 * there is only one.
 *
 * <h2>Bodies with a value and without</h2>
 *
 * The forms with varargs take code that returns a value, as {@link ValueBlock}, and code that does not, as
 * {@link Block}. A lambda that could be either, such as {@code () -> fetch("a")} or one that always throws, counts as a
 * {@code ValueBlock}. If one of the bodies returns no value, all count as {@code Block}. A reference to an overloaded
 * method, such as {@code gather(socket::receive)}, is ambiguous to the compiler; write a lambda instead,
 * {@code gather(() -> socket.receive())}. A collection of bodies has values; convert a collection of {@code Block}s
 * with {@code toArray(Block<?>[]::new)}.
 */
@SuppressWarnings("varargs") // the arrays are read only
public final class Tasks {
    private Tasks() {}

    /**
     * Runs all {@code bodies} concurrently and returns their values in the order of the arguments, whichever ends
     * first. AnyIO: {@code gather}.
     *
     * @throws io.anyio.Cancelled in a cancelled scope, after all have ended
     */
    @SafeVarargs
    public static <T extends @Nullable Object> List<T> gather(ValueBlock<? extends T, ?>... bodies) {
        return gather(List.of(bodies));
    }

    /**
     * Runs all {@code bodies} concurrently and returns when all have ended; for bodies without a value.
     *
     * @throws io.anyio.Cancelled in a cancelled scope, after all have ended
     */
    public static void gather(Block<?>... bodies) {
        gather(VoidBody.of(bodies));
    }

    /** Runs a collection of bodies as {@link #gather(ValueBlock[])} does. */
    public static <T extends @Nullable Object> List<T> gather(Collection<? extends ValueBlock<? extends T, ?>> bodies) {
        return Mapping.<T>gather(List.copyOf(bodies));
    }

    /**
     * Runs {@code function} for each item, in one task each, and returns the values in the order of the items. Without
     * items the list is empty. AnyIO: {@code amap}.
     *
     * @throws io.anyio.Cancelled in a cancelled scope, after all have ended
     */
    public static <A extends @Nullable Object, T extends @Nullable Object> List<T> map(
            Iterable<? extends A> items, MapFunction<? super A, ? extends T> function) {
        return map(MapOptions.DEFAULTS, items, function);
    }

    /** Maps as {@link #map(Iterable, MapFunction)} does, with options such as a limit on concurrent tasks. */
    public static <A extends @Nullable Object, T extends @Nullable Object> List<T> map(
            MapOptions options, Iterable<? extends A> items, MapFunction<? super A, ? extends T> function) {
        Objects.requireNonNull(options, "options");
        Objects.requireNonNull(items, "items");
        Objects.requireNonNull(function, "function");
        return Mapping.map(options, items, function);
    }

    /**
     * Runs {@code block} for each item, in one task each, and returns when all have ended. Corresponds to
     * {@link #map(Iterable, MapFunction)}, for code without a value. AnyIO: {@code amap}.
     *
     * @throws io.anyio.Cancelled in a cancelled scope, after all have ended
     */
    public static <A extends @Nullable Object> void forEach(Iterable<? extends A> items, ItemBlock<? super A> block) {
        forEach(MapOptions.DEFAULTS, items, block);
    }

    /**
     * Runs {@code block} as {@link #forEach(Iterable, ItemBlock)} does, with options. With a
     * {@link MapOptions#withLimit limit} the items may be endless, because nothing is kept of a task that has ended.
     */
    public static <A extends @Nullable Object> void forEach(
            MapOptions options, Iterable<? extends A> items, ItemBlock<? super A> block) {
        Objects.requireNonNull(options, "options");
        Objects.requireNonNull(items, "items");
        Objects.requireNonNull(block, "block");
        Mapping.forEach(options, items, block);
    }

    /**
     * Prepares to run all {@code bodies} concurrently and to process each as soon as it has ended. Nothing is started
     * before {@link AsCompleted#run} or {@link AsCompleted#call}. Not a checkpoint. AnyIO: {@code as_completed}.
     *
     * @throws IllegalArgumentException without bodies
     */
    @SafeVarargs
    public static <T extends @Nullable Object> AsCompleted<T> asCompleted(ValueBlock<? extends T, ?>... bodies) {
        return asCompleted(List.of(bodies));
    }

    /**
     * Prepares bodies without a value as {@link #asCompleted(ValueBlock[])} does.
     *
     * @throws IllegalArgumentException without bodies
     */
    public static AsCompleted<@Nullable Void> asCompleted(Block<?>... bodies) {
        return asCompleted(VoidBody.of(bodies));
    }

    /** Prepares a collection of bodies as {@link #asCompleted(ValueBlock[])} does. */
    public static <T extends @Nullable Object> AsCompleted<T> asCompleted(
            Collection<? extends ValueBlock<? extends T, ?>> bodies) {
        return new AsCompleted<>(atLeastOne("asCompleted", bodies));
    }

    /**
     * Runs all {@code bodies} concurrently and returns the value of the first that returns. The others are cancelled
     * and have ended before this call returns; their later values and exceptions are dropped.
     *
     * <p>A body that throws an exception is out of the race. An {@link Error} ends the race, as it ends every group. If
     * the caller is cancelled, all bodies are cancelled and this call throws {@link io.anyio.Cancelled}, unless a body
     * has already returned: the value of a winner is not lost. In a scope that was cancelled before the call, it always
     * throws. AnyIO has no counterpart.
     *
     * @throws io.anyio.ExceptionGroup with all failures, in the order in which they occurred, when no body returns
     * @throws IllegalArgumentException without bodies
     */
    @SafeVarargs
    public static <T extends @Nullable Object> T race(ValueBlock<? extends T, ?>... bodies) {
        return race(List.of(bodies));
    }

    /**
     * Runs all {@code bodies} concurrently, as {@link #race(ValueBlock[])} does, for bodies without a value. Returns
     * when one has returned and the others, which are then cancelled, have ended.
     *
     * @throws io.anyio.ExceptionGroup with all failures, in the order in which they occurred, when no body returns
     * @throws IllegalArgumentException without bodies
     */
    public static void race(Block<?>... bodies) {
        race(VoidBody.of(bodies));
    }

    /** Runs a collection of bodies as {@link #race(ValueBlock[])} does. */
    public static <T extends @Nullable Object> T race(Collection<? extends ValueBlock<? extends T, ?>> bodies) {
        return new Race<T>().run(atLeastOne("race", bodies));
    }

    private static <T extends @Nullable Object> List<ValueBlock<? extends T, ?>> atLeastOne(
            String verb, Collection<? extends ValueBlock<? extends T, ?>> bodies) {
        if (bodies.isEmpty()) {
            throw new IllegalArgumentException(verb + " needs at least one body; pass one, or do not call it");
        }
        return List.copyOf(bodies);
    }
}
