/**
 * The messages of a channel of an application, and the task of a connection: what its pipeline produces is received,
 * and what is sent goes through the pipeline. Not exported.
 *
 * <p>{@link io.anyio.netty.message.ChannelMessages} has both directions, and {@code MessageStream} and
 * {@code ChannelTasks} are made of them. {@link io.anyio.netty.message.MessageHandler} is the last handler of the
 * pipeline.
 */
@NullMarked
package io.anyio.netty.message;

import org.jspecify.annotations.NullMarked;
