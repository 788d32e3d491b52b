package io.anyio.toy;

import io.anyio.spi.ByteTransport;
import io.anyio.spi.SocketSettings;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/** A TCP connection. Tasks read from the system and write to it themselves. */
record ToyStream(
        ToySocket socket,
        SocketChannel channel,
        ByteBuffer input, // what the receiving task has read ahead
        SocketAddress localAddress,
        SocketAddress remoteAddress,
        int loop)
        implements ByteTransport {

    static ToyStream of(ToySocket socket, SocketChannel channel, SocketSettings settings) throws IOException {
        channel.setOption(StandardSocketOptions.TCP_NODELAY, settings.tcpNoDelay());
        ByteBuffer input = ByteBuffer.allocate(16 * 1024).limit(0);
        return new ToyStream(socket, channel, input, channel.getLocalAddress(), channel.getRemoteAddress(), 0);
    }

    @Override
    public int awaitReadable() throws IOException {
        socket.checkOpen();
        while (!input.hasRemaining()) {
            int count = channel.read(input.duplicate().clear()); // a failure leaves the positions as they are
            if (count < 0) {
                return -1;
            } else if (count == 0) {
                socket.await(socket.reader, SelectionKey.OP_READ, "receive");
            }
            input.position(0).limit(count);
        }
        return input.remaining();
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        socket.checkOpen();
        int count = Math.min(input.remaining(), target.remaining());
        target.put(input.slice(input.position(), count));
        input.position(input.position() + count);
        return count;
    }

    @Override
    public void write(ByteBuffer source) throws IOException {
        socket.checkOpen();
        ByteBuffer bytes = source.slice(source.position(), Math.min(source.remaining(), input.capacity()));
        while (bytes.hasRemaining() && channel.write(bytes) == 0) {
            socket.await(socket.writer, SelectionKey.OP_WRITE, "send");
        }
        source.position(source.position() + bytes.position());
    }

    /** The system already has all bytes. */
    @Override
    public void flush() throws IOException {
        socket.checkOpen();
    }

    @Override
    public void shutdownOutput() throws IOException {
        socket.checkOpen();
        channel.shutdownOutput();
    }

    @Override
    public void close() {
        socket.close();
    }

    @Override
    public void abort() {
        ToySocket.closeQuietly(() -> channel.setOption(StandardSocketOptions.SO_LINGER, 0)); // the peer sees a reset
        socket.close();
    }
}
