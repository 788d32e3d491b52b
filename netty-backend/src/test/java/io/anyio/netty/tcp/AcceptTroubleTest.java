package io.anyio.netty.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anyio.TaskGroup;
import io.anyio.lowlevel.CurrentNetwork;
import io.anyio.net.ListenOptions;
import io.anyio.net.SocketListener;
import io.anyio.net.Tcp;
import io.anyio.netty.NettyRuntime;
import io.anyio.netty.NettyTestBase;
import io.anyio.netty.Transport;
import io.anyio.spi.ByteTransport;
import io.anyio.spi.SocketSettings;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests of listeners whose channel reports an error, and whose loops end one by one. */
class AcceptTroubleTest extends NettyTestBase {

    private static int ask(int port, int question) throws IOException {
        try (Socket socket = connect(port)) {
            socket.getOutputStream().write(question);
            return socket.getInputStream().read();
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void connectionsThatAreSpreadPassOverALoopThatHasEnded(Transport transport) throws Exception {
        int clients = 60; // more than may wait for a task
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(2, handlers(transport));
        try (var runtime = NettyRuntime.attach(group)) {
            List<EventExecutor> loops = new ArrayList<>();
            group.forEach(loops::add);
            var port = new CompletableFuture<Integer>();
            var served = new AtomicInteger();
            CompletableFuture<?> serving = runtime.start(() -> {
                SocketListener listener = Tcp.listen(HOST, 0, ListenOptions.DEFAULTS.withSpread(true));
                port.complete(listener.port());
                TaskGroup.run(tasks -> listener.serve(stream -> {
                    stream.send(stream.receive());
                    stream.flush();
                    if (served.incrementAndGet() == clients) {
                        tasks.cancel();
                    }
                }));
            });
            get(port);
            EventExecutor other = loops.get(1); // tasks are started on the loops in turn, beginning with the first
            other.shutdownGracefully(0, 0, TimeUnit.SECONDS).get();
            for (int i = 0; i < clients; i++) {
                int question = i;
                assertThat(new Peer<>(() -> ask(get(port), question)).join()).isEqualTo(question);
            }
            serving.get(30, TimeUnit.SECONDS);
        } finally {
            var _ = group.shutdownGracefully(0, 5, TimeUnit.SECONDS);
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void acceptingSurvivesWhatTheSystemRefuses(Transport transport) throws Exception {
        run(transport, () -> {
            var settings = SocketSettings.DEFAULTS;
            var listener = (ChannelListener)
                    CurrentNetwork.get("test").listen(new InetSocketAddress(LOOPBACK, 0), 0, settings);
            listener.channel().pipeline().fireExceptionCaught(new IOException("Too many open files"));
            assertThatThrownBy(listener::accept).isInstanceOf(IOException.class).hasMessage("Too many open files");
            int port = listener.localAddress().getPort();
            peer(() -> assertThat(ask(port, 1)).isEqualTo(-1));
            ByteTransport accepted = listener.accept();
            assertThat(accepted.receive(1)).containsExactly(1);
            accepted.close();
            listener.close();
        });
    }
}
