package io.anyio.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.AnyIO;
import io.anyio.CurrentNetwork;
import io.anyio.TaskGroup;
import io.anyio.net.SocketListener;
import io.anyio.net.Tcp;
import java.io.IOException;
import java.net.Socket;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Connections that come and go in every way leave no task, no channel and no buffer behind. */
class ChurnTest extends NettyTestBase {
    private static final int CONNECTIONS = 1000;

    private static void useOnce(int port, SplittableRandom random) throws IOException {
        try (Socket socket = connect(port)) {
            byte[] data = random(1 + random.nextInt(20_000), random.nextLong());
            int way = random.nextInt(5);
            if (way == 0) {
                reset(socket);
                return;
            }
            socket.getOutputStream().write(data);
            switch (way) {
                case 1 -> reset(socket);
                case 2 -> socket.getInputStream().readNBytes(data.length / 2); // and vanish
                case 3 -> {
                    socket.shutdownOutput();
                    assertThat(readAll(socket)).isEqualTo(data);
                }
                default ->
                    assertThat(socket.getInputStream().readNBytes(data.length)).isEqualTo(data);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void leaveNothingBehind(Transport transport) {
        run(transport, () -> {
            var live = new AtomicInteger();
            try (SocketListener listener = Tcp.listenTcp(HOST, 0)) {
                int port = listener.port();
                TaskGroup.run(tasks -> {
                    tasks.startSoon(() -> listener.serve(stream -> {
                        live.incrementAndGet();
                        try {
                            while (true) {
                                stream.send(stream.receive());
                            }
                        } finally {
                            live.decrementAndGet();
                        }
                    }));
                    var done = new Signal();
                    peer(() -> {
                        var random = new SplittableRandom(1);
                        for (int i = 0; i < CONNECTIONS; i++) {
                            useOnce(port, random);
                        }
                        done.set();
                        return null;
                    });
                    done.await();
                    // the last ones may still be on their way out; nothing else lives on this loop
                    while (live.get() > 0 || openChannels() > 1) {
                        AnyIO.checkpoint();
                    }
                    tasks.cancel();
                });
            }
        });
    }

    /** Not Netty's count: with io_uring it never goes down. */
    private static int openChannels() throws Exception {
        NettyLoopPort port = ((NettyNetwork) CurrentNetwork.get("test")).ports().getFirst();
        return port.eventLoop().submit(() -> port.open().size()).get();
    }
}
