/**
 * The backend of AnyIO for Java on Netty's event loops: NIO, epoll, kqueue and io_uring.
 *
 * <p>Select it with {@link io.anyio.netty.NettyOptions} or by the name {@code netty}.
 */
@org.jspecify.annotations.NullMarked
module io.anyio.netty {
    requires transitive io.anyio.core;
    requires static transitive org.jspecify;
    requires transitive io.netty.transport;
    requires transitive io.netty.common;
    requires io.netty.buffer;
    requires io.netty.transport.unix.common;

    // the native transports, which a program that runs on NIO can leave out; --add-modules adds those that it uses
    requires static io.netty.transport.classes.epoll;
    requires static io.netty.transport.classes.kqueue;
    requires static io.netty.transport.classes.io_uring;

    exports io.anyio.netty;

    provides io.anyio.spi.BackendProvider with
            io.anyio.netty.NettyBackendProvider;
}
