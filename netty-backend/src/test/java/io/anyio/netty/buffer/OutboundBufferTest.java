package io.anyio.netty.buffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anyio.spi.LoopAction;
import io.anyio.spi.LoopActionQueue;
import io.anyio.spi.SendBufferPool;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests that the bytes of a stream are gathered, written together and in order, and stop at the first failure. */
@Tag("once")
class OutboundBufferTest {
    private static final int BUFFER = SendBufferPool.CAPACITY;

    private final DefaultEventLoop loop = new DefaultEventLoop();
    private final Writes writes = new Writes();
    private final EmbeddedChannel channel = new EmbeddedChannel(writes);
    private final LoopActionQueue actions = LoopActionQueue.create(loop, loop::isShutdown);
    private final OutboundBuffer outbound = new OutboundBuffer(
            channel,
            SendBufferPool.create(Unpooled::wrappedBuffer),
            actions.action(new ComesBack()),
            loop::inEventLoop,
            false);
    private int visits;

    @AfterEach
    void shutDown() {
        channel.finishAndReleaseAll();
        loop.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    /** Accepts writes, but fails all after a given number. */
    private static final class Writes extends ChannelOutboundHandlerAdapter {
        private final List<Integer> lengths = new ArrayList<>();
        private final List<Byte> firsts = new ArrayList<>();
        private final List<ChannelPromise> underWay = new ArrayList<>();
        private int refusedAfter = Integer.MAX_VALUE;

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            ByteBuf bytes = (ByteBuf) message;
            lengths.add(bytes.readableBytes());
            firsts.add(bytes.getByte(bytes.readerIndex()));
            ReferenceCountUtil.release(message);
            if (lengths.size() > refusedAfter) {
                promise.setFailure(new IOException("expected: refused"));
            } else {
                underWay.add(promise);
            }
        }
    }

    private final class ComesBack implements LoopAction.Handler {
        @Override
        public void run() {
            visits++;
        }

        @Override
        public void failed(Throwable cause) {
            throw new AssertionError(cause);
        }

        @Override
        public void loopEnded() {}
    }

    private void send(int length, int content) throws IOException {
        byte[] bytes = new byte[length];
        bytes[0] = (byte) content;
        ByteBuffer source = ByteBuffer.wrap(bytes);
        outbound.queue().write(source);
        assertThat(source.hasRemaining()).isFalse();
    }

    @Test
    void whatIsSentWhileAChannelReadsOnGoesOutTogetherInOrder() throws IOException {
        outbound.holdBack(true);
        for (int i = 0; i < 4; i++) {
            send(BUFFER, i);
            outbound.writeOut(false);
        }
        assertThat(writes.lengths).isEmpty();
        outbound.holdBack(false);
        outbound.writeOut(false);
        assertThat(writes.lengths).containsExactly(BUFFER, BUFFER, BUFFER, BUFFER);
        assertThat(writes.firsts).containsExactly((byte) 0, (byte) 1, (byte) 2, (byte) 3);
        assertThat(outbound.queue().isDone()).isFalse();
        writes.underWay.forEach(ChannelPromise::setSuccess);
        assertThat(outbound.queue().isDone()).isTrue();
        assertThat(visits).isPositive();
    }

    @Test
    void whatIsSentWhileSomethingIsWrittenWaits() throws IOException {
        send(10, 1);
        outbound.writeOut(false);
        send(20, 2);
        outbound.writeOut(false);
        assertThat(writes.lengths).containsExactly(10);
        writes.underWay.getFirst().setSuccess();
        outbound.writeOut(false);
        assertThat(writes.lengths).containsExactly(10, 20);
    }

    /** After a gap in the stream nothing may be written: the other side would take it for the lost bytes. */
    @Test
    void nothingIsWrittenBehindAWriteThatFails() throws IOException {
        writes.refusedAfter = 1;
        outbound.holdBack(true);
        for (int i = 0; i < 4; i++) {
            send(BUFFER, i);
        }
        outbound.writeOut(true);
        assertThat(writes.firsts).containsExactly((byte) 0, (byte) 1);
        assertThat(outbound.hasFailed()).isTrue();
        assertThat(outbound.isWriting()).isTrue(); // the first one
        writes.underWay.getFirst().setSuccess();
        assertThat(outbound.isWriting()).isFalse();
        assertThat(visits).isPositive();
        assertThatThrownBy(() -> send(1, 4)).hasMessageContaining("expected: refused");
    }
}
