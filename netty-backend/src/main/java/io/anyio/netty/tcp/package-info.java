/**
 * TCP on channels of Netty, as streams of bytes: connections and listeners. Not exported.
 *
 * <p>{@link io.anyio.netty.tcp.ChannelTransport} is a connection and {@link io.anyio.netty.tcp.ChannelListener} a
 * listener; {@code NettyNetwork} makes them.
 */
@NullMarked
package io.anyio.netty.tcp;

import org.jspecify.annotations.NullMarked;
