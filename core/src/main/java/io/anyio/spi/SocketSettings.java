package io.anyio.spi;

/**
 * Socket options for a transport.
 *
 * <p>AnyIO has no counterpart; its backends take such options one by one.
 *
 * @param tcpNoDelay whether small segments are sent immediately
 * @param backlog how many connections may wait to be accepted (listeners only)
 * @param reusePort whether several sockets may listen on one port (listeners only)
 * @param spread whether accepted connections go to all loops of the run in turn (listeners only)
 * @param bothFamilies whether a wildcard address means both IPv4 and IPv6, not its own family only (listeners only)
 */
public record SocketSettings(
        boolean tcpNoDelay, int backlog, boolean reusePort, boolean spread, boolean bothFamilies) {}
