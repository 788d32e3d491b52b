/**
 * What differs between Netty's transports NIO, epoll, kqueue and io_uring: whether each is available, its classes, the
 * peculiarities of its channels, and its failures. Not exported.
 *
 * <p>{@link io.anyio.netty.transport.TransportSupport} knows all transports. Each implementation of
 * {@code TransportClasses} names the classes of one, so that no class of another is loaded.
 */
@NullMarked
package io.anyio.netty.transport;

import org.jspecify.annotations.NullMarked;
