package io.anyio.netty.transport;

import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerFactory;
import org.jspecify.annotations.Nullable;

/**
 * The Netty classes of one {@link TransportKind}. Only the implementations name them, and each is loaded when its
 * transport is first asked for, because the artifact of another system's transport may be missing. They have no static
 * state, so that every use of a missing artifact reports the class that is missing.
 */
interface TransportClasses {

    /** Returns why the native library cannot be used, or null if it can. */
    @Nullable
    Throwable unavailability();

    /** Returns a factory of the I/O handlers of this transport. */
    IoHandlerFactory handlers();

    /** Returns the type of the I/O handlers, by which the transport of a group is recognized. */
    Class<? extends IoHandler> handlerType();

    /** Returns the factories of the channels. */
    ChannelFactories channels();
}
