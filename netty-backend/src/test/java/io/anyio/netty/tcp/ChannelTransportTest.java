package io.anyio.netty.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.netty.loop.NettyLoopDriver;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests that an answer is held back while its channel is about to read again, and no longer. */
@Tag("once")
class ChannelTransportTest {
    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final NettyLoopDriver driver = new NettyLoopDriver(group.next(), 0);
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final ChannelTransport transport = new ChannelTransport(channel, driver, driver.readAllocator());

    @AfterEach
    void shutDown() {
        channel.finishAndReleaseAll();
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    /** Answers after one read while more are to come. */
    private void answerAmidReading() throws IOException {
        ByteBuf message = driver.readAllocator()
                .newHandle()
                .allocate(ByteBufAllocator.DEFAULT)
                .writeByte(1);
        transport.channelRead(message);
        transport.write(ByteBuffer.wrap(new byte[] {42}));
        transport.run();
        assertThat(channel.outboundMessages()).isEmpty();
    }

    private void assertAnswered() {
        ByteBuf written = channel.readOutbound();
        assertThat(written.readByte()).isEqualTo((byte) 42);
        written.release();
    }

    @Test
    void itGoesOutBehindTheLastRead() throws Exception {
        group.submit(() -> {
                    answerAmidReading();
                    transport.channelReadComplete();
                    assertAnswered();
                    return null;
                })
                .get();
    }

    @Test
    void itGoesOutWhenTheRunEnds() throws Exception {
        group.submit(() -> {
                    answerAmidReading();
                    var _ = transport.closeNow();
                    assertAnswered();
                    return null;
                })
                .get();
    }

    @Test
    void itGoesOutWhenTheStreamIsClosed() throws Exception {
        group.submit(() -> {
                    answerAmidReading();
                    transport.close();
                    transport.run();
                    assertAnswered();
                    return null;
                })
                .get();
    }
}
