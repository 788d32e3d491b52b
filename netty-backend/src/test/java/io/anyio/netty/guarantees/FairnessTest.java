package io.anyio.netty.guarantees;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.AnyIO;
import io.anyio.net.SocketListener;
import io.anyio.net.Tcp;
import io.anyio.netty.NettyRuntime;
import io.anyio.netty.Transport;
import io.anyio.stream.EndOfStreamException;
import io.netty.channel.ManualIoEventLoop;
import io.netty.channel.SingleThreadIoEventLoop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that a task which yields for ever blocks neither the other tasks nor the I/O of its loop. */
class FairnessTest extends NettyGuaranteeTestBase {
    private static final int MESSAGES = 500;

    private final AtomicLong spins = new AtomicLong();
    private final AtomicLong echoed = new AtomicLong();

    private void spin() {
        while (true) {
            AnyIO.checkpoint();
            spins.incrementAndGet();
        }
    }

    private void serve(CompletableFuture<Integer> port) {
        try (SocketListener listener = Tcp.listen(HOST, 0)) {
            port.complete(listener.port());
            listener.serve(stream -> {
                try {
                    while (true) {
                        stream.send(stream.receive());
                        echoed.incrementAndGet();
                    }
                } catch (EndOfStreamException done) {
                    stream.sendEof();
                }
            });
        }
    }

    private static void talk(int port) throws Exception {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            for (int i = 0; i < MESSAGES; i++) {
                socket.getOutputStream().write(i);
                assertThat(socket.getInputStream().read()).isEqualTo(i & 0xFF);
            }
        }
    }

    /**
     * Counts the turns of a loop, and measures how far the spinner gets in a drain; there is one for each turn and each
     * message.
     */
    private final class Turns implements Runnable {
        private final SingleThreadIoEventLoop loop;
        private final AtomicLong count = new AtomicLong();
        private long spinsBefore = Long.MAX_VALUE;
        private long echoedBefore;
        private volatile long farthest; // written by the loop's thread

        Turns(SingleThreadIoEventLoop loop) {
            this.loop = loop;
        }

        @Override
        public void run() {
            count.incrementAndGet();
            long spinsNow = spins.get();
            long echoedNow = echoed.get();
            farthest = Math.max(farthest, (spinsNow - spinsBefore) / (2 + echoedNow - echoedBefore));
            spinsBefore = spinsNow;
            echoedBefore = echoedNow;
            loop.executeAfterEventLoopIteration(() -> loop.execute(this));
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void connectAndEchoGetTheirTurns(Transport transport) throws Exception {
        var group = group(transport, 1);
        try (var runtime = NettyRuntime.attach(group)) {
            var port = new CompletableFuture<Integer>();
            var _ = runtime.start(this::spin);
            var _ = runtime.start(() -> serve(port));
            var turns = new Turns((SingleThreadIoEventLoop) group.next());
            if (onLoopCarrier()) {
                turns.loop.execute(turns);
            }
            bounded(() -> {
                talk(port.get(30, TimeUnit.SECONDS));
                return null;
            });
            if (onLoopCarrier()) { // on the other carrier they do not share a thread
                assertThat(turns.count).hasValueGreaterThan(1);
                assertThat(turns.farthest).isLessThan(100_000); // a drain of 50 µs has time for a tenth of it
            }
            assertThat(spins).hasPositiveValue();
        } finally {
            shutDown(group);
        }
    }

    /** On a loop that the test pumps, the turns can be counted: everything available is served within a few. */
    @ParameterizedTest
    @MethodSource("transports")
    void anEchoTakesAFewTurnsOfAPumpedLoop(Transport transport) throws Exception {
        bounded(() -> {
            var loop = new ManualIoEventLoop(Thread.currentThread(), handlers(transport));
            var runtime = NettyRuntime.attach(loop);
            var port = new CompletableFuture<Integer>();
            var _ = runtime.start(this::spin);
            var _ = runtime.start(() -> serve(port));
            until(() -> loop.runNow() >= 0 && port.isDone());
            try (var socket = new Socket(InetAddress.getLoopbackAddress(), port.join())) {
                socket.getOutputStream().write(1);
                int pumps = 0;
                while (socket.getInputStream().available() == 0) {
                    loop.runNow();
                    pumps++;
                }
                if (onLoopCarrier()) {
                    assertThat(pumps).isLessThan(50);
                }
            }
            runtime.close(); // on the loop's thread, so it does not wait
            until(() ->
                    loop.runNow() >= 0 && runtime.ended().toCompletableFuture().isDone());
            var _ = loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            until(() -> loop.runNow() >= 0 && loop.isTerminated());
            return null;
        });
    }
}
