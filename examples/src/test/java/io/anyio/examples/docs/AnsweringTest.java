package io.anyio.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.netty.NettyRuntime;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The handler of docs/basics.md, in a server: it answers, and releases every message. */
@Timeout(60)
class AnsweringTest {
    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final NettyRuntime runtime = NettyRuntime.attach(group);
    private final BlockingQueue<ByteBuf> messages = new LinkedBlockingQueue<>();

    /** Notes the messages on their way to the handler. */
    private final class Noting extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            messages.add((ByteBuf) message);
            context.fireChannelRead(message);
        }
    }

    private final Channel server = new ServerBootstrap()
            .group(group)
            .channel(NioServerSocketChannel.class)
            .childHandler(new ChannelInitializer<>() {
                @Override
                protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(new Noting(), new Basics.Answering(runtime));
                }
            })
            .bind(InetAddress.getLoopbackAddress(), 0)
            .syncUninterruptibly()
            .channel();

    @AfterEach
    void end() {
        server.close().syncUninterruptibly();
        runtime.close();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private String ask(String request) throws IOException {
        try (var socket =
                new Socket(InetAddress.getLoopbackAddress(), ((InetSocketAddress) server.localAddress()).getPort())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            byte[] answer = new byte[100];
            int length = socket.getInputStream().read(answer);
            return length < 0 ? "closed" : new String(answer, 0, length, StandardCharsets.UTF_8);
        }
    }

    private void assertReleased() throws InterruptedException {
        ByteBuf message = messages.take();
        while (message.refCnt() > 0) {
            Thread.onSpinWait(); // the answer is on its way before the task ends
        }
        assertThat(messages).isEmpty();
    }

    @Test
    void aMessageIsAnsweredByATaskAndReleased() throws Exception {
        assertThat(ask("hello")).isEqualTo("got hello");
        assertReleased();
    }

    @Test
    void aFailureClosesTheConnection() throws Exception {
        assertThat(ask("fail")).isEqualTo("closed");
        assertReleased();
    }

    @Test
    void aMessageThatComesAfterTheRuntimeWasClosedIsReleasedToo() throws Exception {
        runtime.close();
        assertThat(ask("hello")).isEqualTo("closed");
        assertReleased();
    }
}
