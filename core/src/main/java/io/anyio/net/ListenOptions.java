package io.anyio.net;

import java.time.Duration;

/**
 * How a listener listens and serves. Immutable.
 *
 * <p>AnyIO: the arguments of {@code create_tcp_listener}, which has no limit of connections, grace period or spreading.
 */
public final class ListenOptions {

    private static final int MAX_BACKLOG = 65_536;

    /** One loop, no limits, no grace: small segments sent at once, as many waiting connections as the system allows. */
    public static final ListenOptions DEFAULTS =
            new ListenOptions(true, MAX_BACKLOG, false, false, Integer.MAX_VALUE, Duration.ZERO);

    private final boolean tcpNoDelay;
    private final int backlog;
    private final boolean reusePort;
    private final boolean spread;
    private final int connectionLimit;
    private final Duration gracePeriod;

    private ListenOptions(
            boolean tcpNoDelay,
            int backlog,
            boolean reusePort,
            boolean spread,
            int connectionLimit,
            Duration gracePeriod) {
        this.tcpNoDelay = tcpNoDelay;
        this.backlog = backlog;
        this.reusePort = reusePort;
        this.spread = spread;
        this.connectionLimit = connectionLimit;
        this.gracePeriod = gracePeriod;
    }

    /** With small segments of the connections sent at once (true, the default), or held back to be joined. */
    public ListenOptions withTcpNoDelay(boolean noDelay) {
        return new ListenOptions(noDelay, backlog, reusePort, spread, connectionLimit, gracePeriod);
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
                tcpNoDelay, Math.min(waiting, MAX_BACKLOG), reusePort, spread, connectionLimit, gracePeriod);
    }

    /**
     * With the port shared: several listeners, each opened with this option, may listen on one port, and the system
     * spreads the connections over them.
     */
    public ListenOptions withReusePort(boolean shared) {
        return new ListenOptions(tcpNoDelay, backlog, shared, spread, connectionLimit, gracePeriod);
    }

    /**
     * With the connections spread over all loops of the run, in turn, instead of kept on the listener's loop. Their
     * tasks then run <em>in parallel</em>: state that they share must be safe for threads.
     */
    public ListenOptions withSpread(boolean allLoops) {
        return new ListenOptions(tcpNoDelay, backlog, reusePort, allLoops, connectionLimit, gracePeriod);
    }

    /**
     * With at most so many connections served at a time. Further ones wait: some that are accepted ahead, a descriptor
     * each and no task, the others in the backlog.
     *
     * @throws IllegalArgumentException when less than 1
     */
    public ListenOptions withConnectionLimit(int connections) {
        if (connections < 1) {
            throw new IllegalArgumentException("The connection limit must be at least 1, not " + connections);
        }
        return new ListenOptions(tcpNoDelay, backlog, reusePort, spread, connections, gracePeriod);
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
        return new ListenOptions(tcpNoDelay, backlog, reusePort, spread, connectionLimit, span);
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

    /** How many connections are served at a time; {@link Integer#MAX_VALUE} for no limit. */
    public int connectionLimit() {
        return connectionLimit;
    }

    /** How long connections may go on after the end of serving. */
    public Duration gracePeriod() {
        return gracePeriod;
    }

    @Override
    public String toString() {
        return "ListenOptions[tcpNoDelay=" + tcpNoDelay + ", backlog=" + backlog + ", reusePort=" + reusePort
                + ", spread=" + spread + ", connectionLimit=" + connectionLimit + ", gracePeriod=" + gracePeriod + "]";
    }
}
