package io.anyio.spi;

/**
 * Socket options for a transport. Immutable.
 *
 * <p>AnyIO has no counterpart; its backends take such options one by one.
 */
public final class SocketSettings {

    /** The default settings: small segments are sent immediately; one listener for each port, on one loop. */
    public static final SocketSettings DEFAULTS = new SocketSettings(new Values());

    /** The mutable form of the settings, from which a changed copy is made. */
    private static final class Values implements Cloneable {
        private boolean tcpNoDelay = true;
        private int backlog = 128;
        private boolean reusePort;
        private boolean spread;
        private boolean bothFamilies;

        Values copy() {
            try {
                return (Values) clone();
            } catch (CloneNotSupportedException impossible) {
                throw new AssertionError(impossible);
            }
        }
    }

    private final Values values;

    private SocketSettings(Values values) {
        this.values = values;
    }

    /** Returns these settings with small segments sent immediately, or delayed and combined. */
    public SocketSettings withTcpNoDelay(boolean noDelay) {
        Values changed = values.copy();
        changed.tcpNoDelay = noDelay;
        return new SocketSettings(changed);
    }

    /** Returns these settings with room for so many connections not accepted yet. For listeners only. */
    public SocketSettings withBacklog(int waiting) {
        Values changed = values.copy();
        changed.backlog = waiting;
        return new SocketSettings(changed);
    }

    /** Returns these settings with or without permission for several sockets on one port. For listeners only. */
    public SocketSettings withReusePort(boolean shared) {
        Values changed = values.copy();
        changed.reusePort = shared;
        return new SocketSettings(changed);
    }

    /**
     * Returns these settings with accepted connections distributed in turn over all loops of the run, or kept on the
     * listener's loop. For listeners only.
     */
    public SocketSettings withSpread(boolean allLoops) {
        Values changed = values.copy();
        changed.spread = allLoops;
        return new SocketSettings(changed);
    }

    /**
     * Returns these settings with a wildcard address that means both IPv4 and IPv6, or its own family only. For
     * listeners only.
     */
    public SocketSettings withBothFamilies(boolean both) {
        Values changed = values.copy();
        changed.bothFamilies = both;
        return new SocketSettings(changed);
    }

    /** Whether small segments are sent immediately. */
    public boolean tcpNoDelay() {
        return values.tcpNoDelay;
    }

    /** Returns how many connections may wait to be accepted. */
    public int backlog() {
        return values.backlog;
    }

    /** Whether several sockets may listen on one port. */
    public boolean reusePort() {
        return values.reusePort;
    }

    /** Whether accepted connections go to all loops of the run in turn. */
    public boolean spread() {
        return values.spread;
    }

    /** Whether a wildcard address means both IPv4 and IPv6. */
    public boolean bothFamilies() {
        return values.bothFamilies;
    }

    @Override
    public String toString() {
        return "SocketSettings[tcpNoDelay=" + values.tcpNoDelay + ", backlog=" + values.backlog + ", reusePort="
                + values.reusePort + ", spread=" + values.spread + ", bothFamilies=" + values.bothFamilies + "]";
    }
}
