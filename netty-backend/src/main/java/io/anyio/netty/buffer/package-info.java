/**
 * The bytes of a connection between its channel and its task: what was received and what is to be sent, and the memory
 * that channels read into. Not exported.
 *
 * <p>The loop's thread and the task of a connection share an {@link io.anyio.netty.buffer.InboundBuffer} and an
 * {@link io.anyio.netty.buffer.OutboundBuffer}. Buffers of Netty stay on the loop's thread.
 */
@NullMarked
package io.anyio.netty.buffer;

import org.jspecify.annotations.NullMarked;
