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
    public static final ListenOptions DEFAULTS = new ListenOptions(new Values());

    /** The mutable form of the options, from which a changed copy is made. */
    private static final class Values implements Cloneable {
        private boolean tcpNoDelay = true;
        private int backlog = MAX_BACKLOG;
        private boolean reusePort;
        private boolean spread;
        private int connectionLimit = UNLIMITED;
        private Duration gracePeriod = Duration.ZERO;
        private boolean endOnFailure;

        Values copy() {
            try {
                return (Values) clone();
            } catch (CloneNotSupportedException impossible) {
                throw new AssertionError(impossible);
            }
        }
    }

    private final Values values;

    private ListenOptions(Values values) {
        this.values = values;
    }

    /** Returns these options with small segments sent immediately (true, the default) or delayed and combined. */
    public ListenOptions withTcpNoDelay(boolean noDelay) {
        Values changed = values.copy();
        changed.tcpNoDelay = noDelay;
        return new ListenOptions(changed);
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
        Values changed = values.copy();
        changed.backlog = Math.min(waiting, MAX_BACKLOG);
        return new ListenOptions(changed);
    }

    /**
     * Returns these options with the port shared: several listeners, each opened with this option, may listen on one
     * port, and the system distributes the connections among them.
     */
    public ListenOptions withReusePort(boolean shared) {
        Values changed = values.copy();
        changed.reusePort = shared;
        return new ListenOptions(changed);
    }

    /**
     * Returns these options with the connections spread over all loops of the run in turn, instead of kept on the
     * listener's loop. Their tasks then run <em>in parallel</em>, so state that they share must be thread-safe.
     */
    public ListenOptions withSpread(boolean allLoops) {
        Values changed = values.copy();
        changed.spread = allLoops;
        return new ListenOptions(changed);
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
        Values changed = values.copy();
        changed.connectionLimit = connections;
        return new ListenOptions(changed);
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
        Values changed = values.copy();
        changed.gracePeriod = span;
        return new ListenOptions(changed);
    }

    /**
     * Returns these options with serving ended by the first handler that throws (true), or continued after logging the
     * failure (false, the default). If true, the other connections are cancelled without a grace period, and
     * {@link SocketListener#serve(io.anyio.stream.Listener.Handler)} throws a group with the failure. Everything that a
     * handler throws counts, including the loss of its client, except a {@link io.anyio.Cancelled}. AnyIO:
     * {@code serve} always does this.
     */
    public ListenOptions withEndOnFailure(boolean firstEnds) {
        Values changed = values.copy();
        changed.endOnFailure = firstEnds;
        return new ListenOptions(changed);
    }

    /** Whether small segments of the connections are sent immediately. */
    public boolean tcpNoDelay() {
        return values.tcpNoDelay;
    }

    /** Returns how many connections may wait to be accepted. */
    public int backlog() {
        return values.backlog;
    }

    /** Whether several listeners may share the port. */
    public boolean reusePort() {
        return values.reusePort;
    }

    /** Whether connections go to all loops of the run. */
    public boolean spread() {
        return values.spread;
    }

    /** Returns how many connections are served at a time; {@link #UNLIMITED} for any number. */
    public int connectionLimit() {
        return values.connectionLimit;
    }

    /** Returns how long connections may stay open after the end of serving. */
    public Duration gracePeriod() {
        return values.gracePeriod;
    }

    /** Whether the first handler that throws ends serving. */
    public boolean endOnFailure() {
        return values.endOnFailure;
    }

    @Override
    public String toString() {
        return "ListenOptions[tcpNoDelay=" + values.tcpNoDelay + ", backlog=" + values.backlog + ", reusePort="
                + values.reusePort
                + ", spread=" + values.spread + ", connectionLimit="
                + (values.connectionLimit == UNLIMITED ? "unlimited" : values.connectionLimit) + ", gracePeriod="
                + values.gracePeriod
                + ", endOnFailure=" + values.endOnFailure + "]";
    }
}
