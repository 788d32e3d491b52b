package io.anyio.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.resource.ClosedResourceException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.Socket;
import java.util.SplittableRandom;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that closing a stream loses none of the messages sent before, while the loop is writing. */
class CloseAfterSendTest extends AttachedServerTestBase {
    private static final int FEW = 1000;
    private static final int MANY = 30_000;

    private final LinkedBlockingQueue<Plan> plans = new LinkedBlockingQueue<>();
    private final LinkedBlockingQueue<MessageStream> streams = new LinkedBlockingQueue<>();

    /** What is sent on one connection, and by whom. */
    private record Plan(boolean byTask, int count, long seed) {
        /** Sends bytes one by one, with pauses in which the loop begins to write. */
        void send(Consumer<ByteBuf> sender) {
            var random = new SplittableRandom(seed);
            for (int i = 0; i < count; i++) {
                long end = System.nanoTime() + random.nextInt(30_000);
                while (System.nanoTime() < end) {
                    Thread.onSpinWait();
                }
                sender.accept(Unpooled.wrappedBuffer(new byte[] {(byte) i}));
            }
        }

        byte[] expected() {
            byte[] all = new byte[count];
            for (int i = 0; i < count; i++) {
                all[i] = (byte) i;
            }
            return all;
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void thePeerReceivesEverything(Transport transport) throws Exception {
        closeAfterSending(transport, FEW);
    }

    @ParameterizedTest
    @MethodSource("transports")
    @Tag("stress")
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void thePeerReceivesEverythingVeryOften(Transport transport) throws Exception {
        closeAfterSending(transport, MANY);
    }

    /** A task sends, and its end closes the stream; or another thread sends and closes. */
    private void serveOne(MessageStream connection) throws InterruptedException {
        Plan plan = plans.take(); // is there before the connection
        if (plan.byTask()) {
            plan.send(connection::send);
            return;
        }
        streams.add(connection);
        try {
            connection.receive();
        } catch (ClosedResourceException closed) {
            // by the other thread
        }
    }

    private void closeAfterSending(Transport transport, int rounds) throws Exception {
        var runtime = NettyRuntime.attach(group(transport, 1));
        var handler = runtime.handler(this::serveOne);
        int port = serve(transport, channel -> channel.pipeline().addLast(handler));
        var random = new SplittableRandom(1);
        for (int round = 0; round < rounds; round++) {
            var plan = new Plan(random.nextBoolean(), 1 + random.nextInt(6), random.nextLong());
            plans.add(plan);
            try (Socket socket = connect(port)) {
                socket.setSoTimeout(30_000);
                if (!plan.byTask()) {
                    MessageStream stream = streams.poll(30, TimeUnit.SECONDS);
                    assertThat(stream).isNotNull();
                    plan.send(stream::sendNow);
                    stream.close();
                }
                assertThat(readAll(socket)).as("%s in round %d", plan, round).isEqualTo(plan.expected());
            }
        }
        runtime.close();
    }
}
