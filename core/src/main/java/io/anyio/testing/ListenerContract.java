package io.anyio.testing;

import io.anyio.stream.ByteStream;
import io.anyio.stream.Listener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * What every listener for byte streams must do, as checks for the implementer of one: several connections, handlers,
 * cancellation without the loss of a connection, and closing. Immutable.
 *
 * <pre>{@code
 * ListenerContract.of(() -> new MySubject(MyListener.open())).verify();   // in a task
 * }</pre>
 *
 * <p>AnyIO has no counterpart.
 */
public final class ListenerContract {
    private final Maker maker;
    private final boolean accept;
    private final Duration limit;

    private ListenerContract(Maker maker, boolean accept, Duration limit) {
        this.maker = maker;
        this.accept = accept;
        this.limit = limit;
    }

    /** A listener, and the way to connect to it. */
    public interface Subject {

        /** Returns the listener; always the same one. */
        Listener<? extends ByteStream> listener();

        /** Connects to the listener as a client. Called by a task. */
        ByteStream connect() throws Exception;

        /** Accepts one connection. Needed only for {@link ListenerContract#withAccept}. */
        default ByteStream accept() throws Exception {
            throw new UnsupportedOperationException("This listener can only serve; leave out withAccept(true)");
        }
    }

    /** Makes the listeners of the contract, one for each check. */
    @FunctionalInterface
    public interface Maker {

        /** Makes a listener that accepts connections. Called by a task, which closes it. */
        Subject make() throws Exception;
    }

    /** Returns the contract of listeners without a grace period and without a connection limit. */
    public static ListenerContract of(Maker maker) {
        Objects.requireNonNull(maker, "maker");
        return new ListenerContract(maker, false, ContractCheck.PATIENCE);
    }

    /** Returns this contract with or without checks of {@link Subject#accept} (without them by default). */
    public ListenerContract withAccept(boolean accepts) {
        return new ListenerContract(maker, accepts, limit);
    }

    /** Returns this contract with another time after which a check has failed; by default 30 seconds. */
    public ListenerContract withTimeLimit(Duration newLimit) {
        Objects.requireNonNull(newLimit, "newLimit");
        return new ListenerContract(maker, accept, newLimit);
    }

    /** Returns the checks. Each makes a listener of its own. */
    public Stream<ContractCheck> checks() {
        List<ContractCheck> checks = new ArrayList<>();
        var listenerChecks = new ListenerChecks(checks, limit, maker);
        ServeChecks.addTo(listenerChecks);
        if (accept) {
            AcceptChecks.addTo(listenerChecks);
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
}
