package io.anyio.benchmarks.echo;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;

/** One connection of {@link EchoLoad}: counts and checks the echoed bytes, at little cost to the other core. */
final class EchoConnection extends ChannelInboundHandlerAdapter {
    private final EchoLoad load;
    private long sent; // bytes
    private long received; // bytes
    private long answered; // messages that have come back completely

    EchoConnection(EchoLoad load) {
        this.load = load;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        send(context, EchoLoad.IN_FLIGHT);
    }

    private void send(ChannelHandlerContext context, int messages) {
        sent += (long) messages * load.size();
        // the void promise hands failures to exceptionCaught
        var _ = context.writeAndFlush(load.messages(messages), context.voidPromise());
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws IOException {
        ByteBuf bytes = (ByteBuf) message;
        try {
            int count = bytes.readableBytes();
            if (count == 0) {
                return;
            }
            check(bytes.getByte(bytes.readerIndex()), received);
            received += count;
            check(bytes.getByte(bytes.writerIndex() - 1), received - 1);
            if (received > sent) {
                throw new IOException("Received " + received + " bytes, but sent only " + sent);
            }
        } finally {
            bytes.release();
        }
    }

    private void check(byte found, long offset) throws IOException {
        byte expected = EchoLoad.byteAt(offset, load.size());
        if (found != expected) {
            throw new IOException("Byte " + offset + " of a connection is " + found + " instead of " + expected);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        int whole = Math.toIntExact(received / load.size() - answered);
        if (whole > 0) {
            answered += whole;
            load.add(whole);
            send(context, whole);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        load.failed(cause);
        var _ = context.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        load.failed(new IOException("The server has closed a connection after " + received + " bytes"));
    }
}
