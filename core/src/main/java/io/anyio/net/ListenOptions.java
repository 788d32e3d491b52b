package io.anyio.net;

import java.time.Duration;

/**
 * Options for listening and serving. Immutable.
 *
 * <p>AnyIO: the arguments of {@code create_tcp_listener}, which has no connection limit, grace period or spreading, and
 * stops serving when the first handler fails.
 */
public final class ListenOptions {

    private static final int MAX_BACKLOG = 65_536;

    /** The connection limit that allows as many connections as the system has room for. */
    public static final int UNLIMITED = Integer.MAX_VALUE;

    /**
     * One loop, no limits, no grace period; small segments sent immediately; as large a backlog as the system allows.
     */
    public static final ListenOptions DEFAULTS =
            new ListenOptions(true, MAX_BACKLOG, false, false, UNLIMITED, Duration.ZERO, false);

    private final boolean tcpNoDelay;
    private final int backlog;
    private final boolean reusePort;
    private final boolean spread;
    private final int connectionLimit;
    private final Duration gracePeriod;
    private final boolean endOnFailure;

    private ListenOptions(
            boolean tcpNoDelay,
            int backlog,
            boolean reusePort,
            boolean spread,
            int connectionLimit,
            Duration gracePeriod,
            boolean endOnFailure) {
        this.tcpNoDelay = tcpNoDelay;
        this.backlog = backlog;
        this.reusePort = reusePort;
        this.spread = spread;
        this.connectionLimit = connectionLimit;
        this.gracePeriod = gracePeriod;
        this.endOnFailure = endOnFailure;
    }

    /** Returns these options with small segments sent immediately (true, the default) or delayed and combined. */
    public ListenOptions withTcpNoDelay(boolean noDelay) {
        return new ListenOptions(noDelay, backlog, reusePort, spread, connectionLimit, gracePeriod, endOnFailure);
    }

    /**
     * Returns these options with room for so many connections not accepted yet. The system may allow fewer.
     *
     * @throws IllegalArgumentException when less than 1
     */
    public ListenOptions withBacklog(int waiting) {
        if (waiting < 1) {
            throw new IllegalArgumentException("The backlog must be at least 1, not " + waiting);
        }
        return new ListenOptions(
                tcpNoDelay,
                Math.min(waiting, MAX_BACKLOG),
                reusePort,
                spread,
                connectionLimit,
                gracePeriod,
                endOnFailure);
    }

    /**
     * Returns these options with the port shared: several listeners, each opened with this option, may listen on one
     * port, and the system distributes the connections among them.
     */
    public ListenOptions withReusePort(boolean shared) {
        return new ListenOptions(tcpNoDelay, backlog, shared, spread, connectionLimit, gracePeriod, endOnFailure);
    }

    /**
     * Returns these options with the connections spread over all loops of the run in turn, instead of kept on the
     * listener's loop. Their tasks then run <em>in parallel</em>, so state that they share must be thread-safe.
     */
    public ListenOptions withSpread(boolean allLoops) {
        return new ListenOptions(tcpNoDelay, backlog, reusePort, allLoops, connectionLimit, gracePeriod, endOnFailure);
    }

    /**
     * Returns these options with a limit on the connections served at a time, or {@link #UNLIMITED}. Further
     * connections wait: a few are accepted ahead, each with a descriptor but no task; the others stay in the backlog.
     *
     * @throws IllegalArgumentException when less than 1
     */
    public ListenOptions withConnectionLimit(int connections) {
        if (connections < 1) {
            throw new IllegalArgumentException("The connection limit must be at least 1, not " + connections);
        }
        return new ListenOptions(tcpNoDelay, backlog, reusePort, spread, connections, gracePeriod, endOnFailure);
    }

    /**
     * Returns these options with a grace period in which connections may end by themselves after
     * {@link SocketListener#serve} is cancelled or its listener is closed. The listener is then closed, so that new
     * clients are refused, and the connections still open after this period are cancelled.
     *
     * @throws IllegalArgumentException when negative
     */
    public ListenOptions withGracePeriod(Duration span) {
        if (span.isNegative()) {
            throw new IllegalArgumentException("The grace period must not be negative: " + span);
        }
        return new ListenOptions(tcpNoDelay, backlog, reusePort, spread, connectionLimit, span, endOnFailure);
    }

    /**
     * Returns these options with serving ended by the first handler that throws (true), or continued after logging the
     * failure (false, the default). If true, the other connections are cancelled without a grace period, and
     * {@link SocketListener#serve(io.anyio.stream.Listener.Handler)} throws a group with the failure. Everything that a
     * handler throws counts, including the loss of its client, except a {@link io.anyio.Cancelled}. AnyIO:
     * {@code serve} always does this.
     */
    public ListenOptions withEndOnFailure(boolean firstEnds) {
        return new ListenOptions(tcpNoDelay, backlog, reusePort, spread, connectionLimit, gracePeriod, firstEnds);
    }

    /** Whether small segments of the connections are sent immediately. */
    public boolean tcpNoDelay() {
        return tcpNoDelay;
    }

    /** Returns how many connections may wait to be accepted. */
    public int backlog() {
        return backlog;
    }

    /** Whether several listeners may share the port. */
    public boolean reusePort() {
        return reusePort;
    }

    /** Whether connections go to all loops of the run. */
    public boolean spread() {
        return spread;
    }

    /** Returns how many connections are served at a time; {@link #UNLIMITED} for any number. */
    public int connectionLimit() {
        return connectionLimit;
    }

    /** Returns how long connections may stay open after the end of serving. */
    public Duration gracePeriod() {
        return gracePeriod;
    }

    /** Whether the first handler that throws ends serving. */
    public boolean endOnFailure() {
        return endOnFailure;
    }

    @Override
    public String toString() {
        return "ListenOptions[tcpNoDelay=" + tcpNoDelay + ", backlog=" + backlog + ", reusePort=" + reusePort
                + ", spread=" + spread + ", connectionLimit="
                + (connectionLimit == UNLIMITED ? "unlimited" : connectionLimit) + ", gracePeriod=" + gracePeriod
                + ", endOnFailure=" + endOnFailure + "]";
    }
}
