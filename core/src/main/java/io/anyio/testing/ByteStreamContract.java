package io.anyio.testing;

import io.anyio.stream.ByteReceiveStream;
import io.anyio.stream.ByteSendStream;
import io.anyio.stream.ByteStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What every byte stream must do, as checks for the implementer of one: data, partial receives, the end, closing,
 * cancellation, tasks that wait and tasks that are refused. Immutable.
 *
 * <pre>{@code
 * ByteStreamContract.twoWay(() -> new StreamPair<>(client, server)).verify();   // in a task
 * }</pre>
 *
 * <p>AnyIO has no counterpart; trio's {@code check_one_way_stream}, {@code check_two_way_stream} and
 * {@code check_half_closeable_stream}, whose clogged streams the checks make themselves.
 */
public final class ByteStreamContract {
    private final StreamPair.Maker<ByteSendStream, ByteReceiveStream> oneWay;
    private final StreamPair.@Nullable Maker<ByteStream, ByteStream> twoWay;
    private final Settings settings;

    /** What the streams are able to do, and how long a check may take. */
    private record Settings(boolean clogging, boolean halfClose, Duration limit) {}

    private ByteStreamContract(
            StreamPair.Maker<ByteSendStream, ByteReceiveStream> oneWay,
            StreamPair.@Nullable Maker<ByteStream, ByteStream> twoWay,
            Settings settings) {
        this.oneWay = oneWay;
        this.twoWay = twoWay;
        this.settings = settings;
    }

    /** Returns the contract of two streams, one that sends and one that receives what is sent. */
    public static <S extends ByteSendStream, R extends ByteReceiveStream> ByteStreamContract oneWay(
            StreamPair.Maker<S, R> maker) {
        Objects.requireNonNull(maker, "maker");
        return new ByteStreamContract(
                () -> {
                    StreamPair<S, R> pair = maker.make();
                    return new StreamPair<>(pair.sender(), pair.receiver());
                },
                null,
                new Settings(true, false, ContractCheck.PATIENCE));
    }

    /** Returns the contract of two connected streams, each of which sends and receives. */
    public static <S extends ByteStream, R extends ByteStream> ByteStreamContract twoWay(StreamPair.Maker<S, R> maker) {
        Objects.requireNonNull(maker, "maker");
        return new ByteStreamContract(
                () -> {
                    StreamPair<S, R> pair = maker.make();
                    return new StreamPair<>(pair.sender(), pair.receiver());
                },
                () -> {
                    StreamPair<S, R> pair = maker.make();
                    return new StreamPair<>(pair.sender(), pair.receiver());
                },
                new Settings(true, true, ContractCheck.PATIENCE));
    }

    /**
     * Returns this contract with or without checks of a clogged stream (with them by default). They send up to 64 MiB
     * until a send waits because nothing is received. Leave them out for a stream that buffers everything.
     */
    public ByteStreamContract withClogging(boolean clogging) {
        return new ByteStreamContract(oneWay, twoWay, new Settings(clogging, settings.halfClose, settings.limit));
    }

    /**
     * Returns this contract with or without checks of {@link ByteStream#sendEof} (with them by default, for streams in
     * both directions).
     */
    public ByteStreamContract withHalfClose(boolean halfClose) {
        return new ByteStreamContract(
                oneWay, twoWay, new Settings(settings.clogging, halfClose && twoWay != null, settings.limit));
    }

    /** Returns this contract with another time after which a check has failed; by default 30 seconds. */
    public ByteStreamContract withTimeLimit(Duration limit) {
        Objects.requireNonNull(limit, "limit");
        return new ByteStreamContract(oneWay, twoWay, new Settings(settings.clogging, settings.halfClose, limit));
    }

    /** Returns the checks. Each makes a connection of its own. */
    public Stream<ContractCheck> checks() {
        List<ContractCheck> checks = new ArrayList<>();
        addOneWay(new PairChecks<>(checks, settings.limit, "", oneWay));
        StreamPair.Maker<ByteStream, ByteStream> both = twoWay;
        if (both != null) {
            addTwoWay(new PairChecks<>(checks, settings.limit, "", both));
            StreamPair.Maker<ByteStream, ByteStream> swapped = () -> {
                StreamPair<ByteStream, ByteStream> pair = both.make();
                return new StreamPair<>(pair.receiver(), pair.sender());
            };
            var backwards = new PairChecks<>(checks, settings.limit, " (in the other direction)", swapped);
            addOneWay(backwards);
            addTwoWay(backwards);
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

    private void addOneWay(PairChecks<? extends ByteSendStream, ? extends ByteReceiveStream> checks) {
        ByteTransferChecks.addTo(checks);
        ByteEndChecks.addTo(checks);
        ByteWaitChecks.addTo(checks);
        if (settings.clogging) {
            CloggedChecks.addTo(checks);
        }
    }

    private void addTwoWay(PairChecks<? extends ByteStream, ? extends ByteStream> checks) {
        TwoWayChecks.addTo(checks);
        if (settings.halfClose) {
            HalfCloseChecks.addTo(checks);
        }
        if (settings.halfClose && settings.clogging) {
            HalfCloseChecks.addCloggedTo(checks);
        }
    }
}
