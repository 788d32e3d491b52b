package io.anyio.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.local.LocalIoHandler;
import io.netty.channel.local.LocalServerChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Streams of channels in memory, which are read inside of the write and the flush of their peers. */
class LocalChannelStreamsTest {
    private static final int ROUNDS = 10_000;

    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, LocalIoHandler.newFactory());
    private final NettyRuntime runtime = NettyRuntime.attach(group);
    private final LocalAddress address = new LocalAddress(LocalChannelStreamsTest.class);

    @AfterEach
    void shutDown() {
        runtime.close();
        var _ = group.shutdownGracefully(0, 5, TimeUnit.SECONDS);
        group.terminationFuture().awaitUninterruptibly();
    }

    private void listen(ChannelInitializer<Channel> connections) {
        new ServerBootstrap()
                .group(group)
                .channel(LocalServerChannel.class)
                .childHandler(connections)
                .bind(address)
                .syncUninterruptibly();
    }

    @Test
    void twoTasksOfOneLoopAnswerEachOther() throws Exception {
        listen(new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline().addLast(runtime.handler(stream -> {
                    while (true) {
                        stream.send(stream.receive());
                    }
                }));
            }
        });
        var last = new CompletableFuture<Object>();
        new Bootstrap()
                .group(group)
                .channel(LocalChannel.class)
                .handler(runtime.handler(stream -> {
                    Object answer = "";
                    for (int round = 1; round <= ROUNDS; round++) {
                        stream.send(round);
                        answer = stream.receive();
                    }
                    last.complete(answer);
                }))
                .connect(address)
                .syncUninterruptibly();
        assertThat(last.get(30, TimeUnit.SECONDS)).isEqualTo(ROUNDS);
    }

    @Test
    void aMessageOfAnotherTaskDoesNotOvertakeThoseThatAreBeingWritten() throws Exception {
        var server = new CompletableFuture<MessageStream>();
        listen(new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline().addLast(new FlushEachWrite(), runtime.handler(stream -> {
                    server.complete(stream);
                    stream.receive();
                    stream.send(1);
                    stream.send(2);
                    stream.send(3);
                    stream.receive();
                }));
            }
        });
        var all = new CompletableFuture<List<Object>>();
        new Bootstrap()
                .group(group)
                .channel(LocalChannel.class)
                .handler(runtime.handler(stream -> {
                    stream.send("go");
                    List<Object> received = new ArrayList<>();
                    while (received.size() < 4) {
                        received.add(stream.receive());
                        if (received.size() == 1) {
                            server.join().send("late");
                        }
                    }
                    all.complete(received);
                }))
                .connect(address)
                .syncUninterruptibly();
        assertThat(all.get(30, TimeUnit.SECONDS)).containsExactly(1, 2, 3, "late");
    }

    private static final class FlushEachWrite extends ChannelOutboundHandlerAdapter {
        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            var _ = context.writeAndFlush(message, promise);
        }
    }
}
