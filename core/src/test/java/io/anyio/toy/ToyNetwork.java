package io.anyio.toy;

import io.anyio.spi.AcceptTransport;
import io.anyio.spi.ByteTransport;
import io.anyio.spi.Network;
import io.anyio.spi.OneFamily;
import io.anyio.spi.SocketSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** TCP on the loop of one run. */
record ToyNetwork(ToyLoop loop) implements Network {

    @Override
    public ByteTransport connect(SocketAddress remote, @Nullable SocketAddress local, SocketSettings settings)
            throws IOException {
        SocketChannel channel = SocketChannel.open();
        try {
            var socket = new ToySocket(loop, channel);
            channel.bind(local).connect(internet(remote)); // local may be null
            while (!channel.finishConnect()) {
                socket.await(socket.writer, SelectionKey.OP_CONNECT, "connect");
            }
            return ToyStream.of(socket, channel, settings);
        } catch (Throwable notConnected) { // a cancellation, too
            loop.execute(() -> ToySocket.closeQuietly(channel));
            throw notConnected;
        }
    }

    @Override
    public AcceptTransport listen(SocketAddress at, int index, SocketSettings settings) throws IOException {
        InetSocketAddress local = internet(at);
        OneFamily family = OneFamily.of(local, settings);
        ServerSocketChannel channel = ServerSocketChannel.open();
        try {
            channel.setOption(StandardSocketOptions.SO_REUSEPORT, settings.reusePort());
            var bound =
                    (InetSocketAddress) channel.bind(local, settings.backlog()).getLocalAddress();
            var shown = family == null ? bound : family.shown(bound);
            return new ToyListener(new ToySocket(loop, channel), channel, settings, family, shown);
        } catch (Throwable refused) {
            channel.close();
            throw refused;
        }
    }

    private static InetSocketAddress internet(SocketAddress address) {
        return switch (address) {
            case InetSocketAddress known -> known;
            default -> throw new UnsupportedOperationException("Not an internet address: " + address);
        };
    }
}
