package io.anyio.toy;

import io.anyio.spi.AcceptTransport;
import io.anyio.spi.ByteTransport;
import io.anyio.spi.OneFamily;
import io.anyio.spi.SocketSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** A listening socket. The task takes connections from the system itself, so its cancellation loses none. */
record ToyListener(
        ToySocket socket,
        ServerSocketChannel channel,
        SocketSettings settings,
        @Nullable OneFamily family,
        InetSocketAddress localAddress)
        implements AcceptTransport {

    @Override
    public ByteTransport accept() throws IOException {
        socket.checkOpen();
        while (true) {
            SocketChannel peer = channel.accept();
            if (peer == null) {
                socket.await(socket.reader, SelectionKey.OP_ACCEPT, "accept");
            } else if (family == null || family.admits(peer.getRemoteAddress())) {
                return ToyStream.of(new ToySocket(socket.loop, peer), peer, settings);
            } else {
                peer.close();
            }
        }
    }

    @Override
    public void close() {
        socket.close();
    }

    @Override
    public void awaitClosed() {
        while (!socket.released) {
            socket.writer.await("close", () -> socket.released);
        }
    }
}
