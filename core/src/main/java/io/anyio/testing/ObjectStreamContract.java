package io.anyio.testing;

import io.anyio.stream.ObjectReceiveStream;
import io.anyio.stream.ObjectSendStream;
import io.anyio.stream.ObjectStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What every object stream must do, as checks for the implementer of one: items, the end, closing, cancellation, and
 * tasks that wait. Immutable.
 *
 * <pre>{@code
 * ObjectStreamContract.oneWay(() -> pairOfStreams(), number -> "item " + number).verify();   // in a task
 * }</pre>
 *
 * <p>AnyIO has no counterpart; trio has {@code check_one_way_stream} and its relatives for bytes only.
 *
 * @param <T> the type of the items, compared by {@code equals}
 */
public final class ObjectStreamContract<T> {
    private final StreamPair.Maker<ObjectSendStream<T>, ObjectReceiveStream<T>> oneWay;
    private final StreamPair.@Nullable Maker<ObjectStream<T>, ObjectStream<T>> twoWay;
    private final IntFunction<T> items;
    private final boolean clogging;
    private final Duration limit;

    private ObjectStreamContract(
            StreamPair.Maker<ObjectSendStream<T>, ObjectReceiveStream<T>> oneWay,
            StreamPair.@Nullable Maker<ObjectStream<T>, ObjectStream<T>> twoWay,
            IntFunction<T> items,
            boolean clogging,
            Duration limit) {
        this.oneWay = oneWay;
        this.twoWay = twoWay;
        this.items = items;
        this.clogging = clogging;
        this.limit = limit;
    }

    /**
     * Returns the contract of two streams, one that sends and one that receives what is sent.
     *
     * @param items returns the item with this number, counted from 0; all are different
     */
    public static <T, S extends ObjectSendStream<T>, R extends ObjectReceiveStream<T>> ObjectStreamContract<T> oneWay(
            StreamPair.Maker<S, R> maker, IntFunction<T> items) {
        Objects.requireNonNull(maker, "maker");
        Objects.requireNonNull(items, "items");
        return new ObjectStreamContract<>(
                () -> {
                    StreamPair<S, R> pair = maker.make();
                    return new StreamPair<>(pair.sender(), pair.receiver());
                },
                null,
                items,
                true,
                ContractCheck.PATIENCE);
    }

    /**
     * Returns the contract of two connected streams, each of which sends and receives.
     *
     * @param items returns the item with this number, counted from 0; all are different
     */
    public static <T, S extends ObjectStream<T>, R extends ObjectStream<T>> ObjectStreamContract<T> twoWay(
            StreamPair.Maker<S, R> maker, IntFunction<T> items) {
        Objects.requireNonNull(maker, "maker");
        Objects.requireNonNull(items, "items");
        return new ObjectStreamContract<>(
                () -> {
                    StreamPair<S, R> pair = maker.make();
                    return new StreamPair<>(pair.sender(), pair.receiver());
                },
                () -> {
                    StreamPair<S, R> pair = maker.make();
                    return new StreamPair<>(pair.sender(), pair.receiver());
                },
                items,
                true,
                ContractCheck.PATIENCE);
    }

    /**
     * Returns this contract with or without checks of a clogged stream (with them by default). They send up to 100,000
     * items until a send waits because nothing is received. Leave them out for a stream that buffers everything.
     */
    public ObjectStreamContract<T> withClogging(boolean newClogging) {
        return new ObjectStreamContract<>(oneWay, twoWay, items, newClogging, limit);
    }

    /** Returns this contract with another time after which a check has failed; by default 30 seconds. */
    public ObjectStreamContract<T> withTimeLimit(Duration newLimit) {
        Objects.requireNonNull(newLimit, "newLimit");
        return new ObjectStreamContract<>(oneWay, twoWay, items, clogging, newLimit);
    }

    /** Returns the checks. Each makes a connection of its own. */
    public Stream<ContractCheck> checks() {
        List<ContractCheck> checks = new ArrayList<>();
        addOneWay(new PairChecks<>(checks, limit, "", oneWay));
        StreamPair.Maker<ObjectStream<T>, ObjectStream<T>> both = twoWay;
        if (both != null) {
            new ObjectEndChecks<>(items).addHalfCloseTo(new PairChecks<>(checks, limit, "", both));
            addOneWay(new PairChecks<>(checks, limit, " (in the other direction)", () -> {
                StreamPair<ObjectStream<T>, ObjectStream<T>> pair = both.make();
                return new StreamPair<>(pair.receiver(), pair.sender());
            }));
        }
        return checks.stream();
    }

    /**
     * Runs every check. For tasks only.
     *
     * @throws AssertionError when a rule is broken; it names every broken rule
     */
    public void verify() {
        Contracts.verify(checks());
    }

    private void addOneWay(PairChecks<? extends ObjectSendStream<T>, ? extends ObjectReceiveStream<T>> checks) {
        new ObjectTransferChecks<>(items).addTo(checks);
        var ends = new ObjectEndChecks<>(items);
        ends.addTo(checks);
        if (clogging) {
            ends.addCloggedTo(checks);
        }
    }
}
