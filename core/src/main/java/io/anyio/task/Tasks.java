package io.anyio.task;

import io.anyio.Block;
import io.anyio.ValueBlock;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The common ways to do several things at once. AnyIO: {@code gather}, {@code amap}, {@code as_completed}.
 *
 * <pre>{@code
 * List<Page> both = Tasks.gather(() -> fetch("a"), () -> fetch("b"));
 * List<Page> pages = Tasks.amap(MapOptions.DEFAULTS.withLimit(8), urls, url -> fetch(url));
 * Page fastest = Tasks.race(() -> fetch("mirror 1"), () -> fetch("mirror 2"));
 *
 * Tasks.gather(() -> save(both), () -> log(both));   // code without a value
 * Tasks.forEach(urls, url -> visit(url));
 * }</pre>
 *
 * <p>Each piece of work is a task in a group that ends with the call. All must be called by a task and are checkpoints.
 * Where not said otherwise, the first failure cancels the rest, the rest is awaited, and what has failed leaves as an
 * {@link io.anyio.ExceptionGroup} or {@link io.anyio.ErrorGroup}, also when it is one failure only.
 *
 * <h2>Bodies with a value and without</h2>
 *
 * The forms with varargs take code that gives a value, as {@link ValueBlock}, and code that does not, as {@link Block}.
 * A lambda that could be either, such as {@code () -> fetch("a")} or one that always throws, counts as a
 * {@code ValueBlock}; if one of the bodies gives no value, all count as {@code Block}. A reference to a method that is
 * overloaded, such as {@code gather(socket::receive)}, is ambiguous to the compiler: write a lambda instead,
 * {@code gather(() -> socket.receive())}. A collection of bodies has values; convert one of {@code Block}s by
 * {@code toArray(Block<?>[]::new)}.
 */
@SuppressWarnings("varargs") // the arrays are read only
public final class Tasks {
    private Tasks() {}

    /**
     * Runs all {@code bodies} at the same time and gives their values in the order of the arguments, whichever ends
     * first. AnyIO: {@code gather}.
     *
     * @throws io.anyio.Cancelled in a cancelled scope, after all have ended
     */
    @SafeVarargs
    public static <T extends @Nullable Object> List<T> gather(ValueBlock<? extends T, ?>... bodies) {
        return gather(List.of(bodies));
    }

    /**
     * {@link #gather(ValueBlock[])} for bodies without a value: runs all at the same time and returns when all have
     * ended.
     *
     * @throws io.anyio.Cancelled in a cancelled scope, after all have ended
     */
    public static void gather(Block<?>... bodies) {
        gather(VoidBody.of(bodies));
    }

    /** {@link #gather(ValueBlock[])} for bodies that were collected before. */
    public static <T extends @Nullable Object> List<T> gather(Collection<? extends ValueBlock<? extends T, ?>> bodies) {
        return Mapping.<T>gather(List.copyOf(bodies));
    }

    /**
     * Runs {@code function} for each item, in a task each, and gives the values in the order of the items. No items
     * give an empty list. AnyIO: {@code amap}.
     *
     * @throws io.anyio.Cancelled in a cancelled scope, after all have ended
     */
    public static <A extends @Nullable Object, T extends @Nullable Object> List<T> amap(
            Iterable<? extends A> items, MapFunction<? super A, ? extends T> function) {
        return amap(MapOptions.DEFAULTS, items, function);
    }

    /** {@link #amap(Iterable, MapFunction)} with options, such as how many tasks there may be at a time. */
    public static <A extends @Nullable Object, T extends @Nullable Object> List<T> amap(
            MapOptions options, Iterable<? extends A> items, MapFunction<? super A, ? extends T> function) {
        Objects.requireNonNull(options, "options");
        Objects.requireNonNull(items, "items");
        Objects.requireNonNull(function, "function");
        return Mapping.map(options, items, function);
    }

    /**
     * Runs {@code block} for each item, in a task each, and returns when all have ended: {@link #amap(Iterable,
     * MapFunction)} for code without a value. AnyIO: {@code amap}.
     *
     * @throws io.anyio.Cancelled in a cancelled scope, after all have ended
     */
    public static <A extends @Nullable Object> void forEach(Iterable<? extends A> items, ItemBlock<? super A> block) {
        forEach(MapOptions.DEFAULTS, items, block);
    }

    /**
     * {@link #forEach(Iterable, ItemBlock)} with options. With a {@link MapOptions#withLimit limit} the items may be
     * endless: nothing is kept of a task that has ended.
     */
    public static <A extends @Nullable Object> void forEach(
            MapOptions options, Iterable<? extends A> items, ItemBlock<? super A> block) {
        Objects.requireNonNull(options, "options");
        Objects.requireNonNull(items, "items");
        Objects.requireNonNull(block, "block");
        Mapping.forEach(options, items, block);
    }

    /**
     * Prepares to run all {@code bodies} at the same time and to look at each as soon as it has ended; nothing is
     * started before {@link AsCompleted#run} or {@link AsCompleted#call}. Not a checkpoint. AnyIO:
     * {@code as_completed}.
     *
     * @throws IllegalArgumentException without bodies
     */
    @SafeVarargs
    public static <T extends @Nullable Object> AsCompleted<T> asCompleted(ValueBlock<? extends T, ?>... bodies) {
        return asCompleted(List.of(bodies));
    }

    /**
     * {@link #asCompleted(ValueBlock[])} for bodies without a value.
     *
     * @throws IllegalArgumentException without bodies
     */
    public static AsCompleted<@Nullable Void> asCompleted(Block<?>... bodies) {
        return asCompleted(VoidBody.of(bodies));
    }

    /** {@link #asCompleted(ValueBlock[])} for bodies that were collected before. */
    public static <T extends @Nullable Object> AsCompleted<T> asCompleted(
            Collection<? extends ValueBlock<? extends T, ?>> bodies) {
        return new AsCompleted<>(atLeastOne("asCompleted", bodies));
    }

    /**
     * Runs all {@code bodies} at the same time and gives the value of the first that returns. The others are cancelled,
     * and have ended before this call returns; what they give or throw after that is dropped.
     *
     * <p>A body that throws an exception is out of the race. An {@link Error} ends the race, as it ends every group.
     * Cancelled from outside, all bodies are cancelled and this call throws {@link io.anyio.Cancelled}, unless there is
     * a first by then: a value that was won is never lost. AnyIO has no counterpart.
     *
     * @throws io.anyio.ExceptionGroup with all failures, in the order in which they occurred, when no body returns
     * @throws IllegalArgumentException without bodies
     */
    @SafeVarargs
    public static <T extends @Nullable Object> T race(ValueBlock<? extends T, ?>... bodies) {
        return race(List.of(bodies));
    }

    /**
     * {@link #race(ValueBlock[])} for bodies without a value: returns when one has returned and the others, which are
     * then cancelled, have ended.
     *
     * @throws io.anyio.ExceptionGroup with all failures, in the order in which they occurred, when no body returns
     * @throws IllegalArgumentException without bodies
     */
    public static void race(Block<?>... bodies) {
        race(VoidBody.of(bodies));
    }

    /** {@link #race(ValueBlock[])} for bodies that were collected before. */
    public static <T extends @Nullable Object> T race(Collection<? extends ValueBlock<? extends T, ?>> bodies) {
        return new Race<T>().run(atLeastOne("race", bodies));
    }

    private static <T extends @Nullable Object> List<ValueBlock<? extends T, ?>> atLeastOne(
            String verb, Collection<? extends ValueBlock<? extends T, ?>> bodies) {
        if (bodies.isEmpty()) {
            throw new IllegalArgumentException(
                    verb + " takes at least one body; without any there is nothing to wait for");
        }
        return List.copyOf(bodies);
    }
}
