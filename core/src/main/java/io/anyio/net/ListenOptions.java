package io.anyio.net;

import java.time.Duration;

/**
 * How a listener listens and serves. Immutable.
 *
 * <p>AnyIO: the arguments of {@code create_tcp_listener}, which has no limit of connections, grace period or spreading,
 * and ends serving with the first handler that fails.
 */
public final class ListenOptions {

    private static final int MAX_BACKLOG = 65_536;

    /** The limit of as many connections at a time as the system has room for. */
    public static final int UNLIMITED = Integer.MAX_VALUE;

    /** One loop, no limits, no grace: small segments sent at once, as many waiting connections as the system allows. */
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

    /** With small segments of the connections sent at once (true, the default), or held back to be joined. */
    public ListenOptions withTcpNoDelay(boolean noDelay) {
        return new ListenOptions(noDelay, backlog, reusePort, spread, connectionLimit, gracePeriod, endOnFailure);
    }

    /**
     * With room for so many connections that nobody has accepted yet; the system may allow fewer.
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
     * With the port shared: several listeners, each opened with this option, may listen on one port, and the system
     * spreads the connections over them.
     */
    public ListenOptions withReusePort(boolean shared) {
        return new ListenOptions(tcpNoDelay, backlog, shared, spread, connectionLimit, gracePeriod, endOnFailure);
    }

    /**
     * With the connections spread over all loops of the run, in turn, instead of kept on the listener's loop. Their
     * tasks then run <em>in parallel</em>: state that they share must be safe for threads.
     */
    public ListenOptions withSpread(boolean allLoops) {
        return new ListenOptions(tcpNoDelay, backlog, reusePort, allLoops, connectionLimit, gracePeriod, endOnFailure);
    }

    /**
     * With at most so many connections served at a time, or {@link #UNLIMITED}. Further ones wait: some that are
     * accepted ahead, a descriptor each and no task, the others in the backlog.
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
     * With time for the connections to end by themselves once {@link SocketListener#serve} is cancelled or its listener
     * is closed: the listener is then closed, so that new clients are refused, and the connections that are left after
     * this span are cancelled.
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
     * With serving ended by the first handler that throws (true), instead of the failure logged and serving continued
     * (the default): the other connections are cancelled, without a grace period, and
     * {@link SocketListener#serve(io.anyio.stream.Listener.Handler)} throws a group with the failure. Everything that a
     * handler throws counts, also that a client has gone away, except a {@link io.anyio.Cancelled}. AnyIO: what
     * {@code serve} always does.
     */
    public ListenOptions withEndOnFailure(boolean firstEnds) {
        return new ListenOptions(tcpNoDelay, backlog, reusePort, spread, connectionLimit, gracePeriod, firstEnds);
    }

    /** Whether small segments of the connections are sent at once. */
    public boolean tcpNoDelay() {
        return tcpNoDelay;
    }

    /** How many connections may wait to be accepted. */
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

    /** How many connections are served at a time; {@link #UNLIMITED} for any number. */
    public int connectionLimit() {
        return connectionLimit;
    }

    /** How long connections may go on after the end of serving. */
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
