package io.anyio.netty;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.resource.BrokenResourceException;
import io.anyio.testsuite.CapturedLog;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests that clients which send HTTP requests and leave at random moments leave no task, buffer, thread or descriptor.
 */
class HttpChurnTest extends AttachedServerTestBase {
    private static final int FEW = 17_000; // 50,000 on three transports
    private static final int MANY = 1_000_000;
    private static final int CLIENTS = 2;

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true); // counts every byte

    @ParameterizedTest
    @MethodSource("transports")
    void fewRequestsLeaveNothingBehind(Transport transport) throws Exception {
        churn(transport, FEW);
    }

    @ParameterizedTest
    @MethodSource("transports")
    @Tag("soak")
    @Timeout(value = 30, unit = TimeUnit.MINUTES)
    void aMillionRequestsLeaveNothingBehind(Transport transport) throws Exception {
        churn(transport, MANY);
    }

    private void churn(Transport transport, int requests) throws Exception {
        var runtime = NettyRuntime.attach(group(transport, 1));
        int aggregated = serve(transport, channel -> {
            channel.config().setAllocator(allocator);
            channel.pipeline()
                    .addLast(new HttpServerCodec(), new HttpObjectAggregator(10_000), new TaskForEachRequest(runtime));
        });
        var handler = runtime.handler(HttpChurnTest::answerAll);
        int streamed = serve(transport, channel -> {
            channel.config().setAllocator(allocator);
            channel.pipeline().addLast(new HttpServerCodec(), handler);
        });
        try (var log = new CapturedLog("io.anyio")) {
            clients(aggregated, streamed, 200, 1); // opens what the JDK keeps open
            awaitNone(runtime);
            long descriptors = descriptors();
            int threads = Thread.activeCount();
            clients(aggregated, streamed, requests, 2);
            awaitNone(runtime);
            await("descriptors", () -> descriptors() <= descriptors);
            await("threads", () -> Thread.activeCount() <= threads + 1); // one of the JDK
            runtime.close();
            assertThat(log.messagesButForWaits()).isEmpty();
        }
    }

    /** Waits for the last tasks and connections. */
    private void awaitNone(NettyRuntime runtime) {
        await("tasks", () -> runtime.statistics().tasksAlive() == 1);
        await(
                "buffers",
                () -> allocator.metric().usedDirectMemory() + allocator.metric().usedHeapMemory() == 0);
    }

    private static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + 20_000_000_000L;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("%s are left", what).isLessThan(end);
            Thread.onSpinWait();
        }
    }

    /** Returns the number of open file descriptors of this process. */
    static long descriptors() {
        Path all = Path.of("/proc/self/fd");
        if (!Files.isDirectory(all)) {
            return 0; // available on Linux only
        }
        try (Stream<Path> each = Files.list(all)) {
            return each.count();
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        }
    }

    // ---- the servers ----

    private static FullHttpResponse answer(Channel channel, int length) {
        ByteBuf text = channel.alloc().buffer();
        text.writeCharSequence(String.valueOf(length), US_ASCII);
        var answer = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK, text);
        answer.headers().set("content-length", text.readableBytes());
        return answer;
    }

    private static void answerAll(MessageStream connection) {
        while (true) {
            HttpRequest request = connection.receive(HttpRequest.class);
            int length = 0;
            for (HttpContent part : connection.until(HttpContent.class, LastHttpContent.class)) {
                length += part.content().readableBytes();
                if (request.uri().equals("/part")) {
                    break;
                }
            }
            connection.send(answer(connection.channel(), length));
        }
    }

    /** Answers each request in a task of its own. */
    private static final class TaskForEachRequest extends SimpleChannelInboundHandler<FullHttpRequest> {
        private final NettyRuntime runtime;

        TaskForEachRequest(NettyRuntime runtime) {
            this.runtime = runtime;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
            ChannelTasks tasks = runtime.on(context.channel());
            request.retain();
            var _ = tasks.start(() -> {
                try {
                    tasks.send(answer(context.channel(), request.content().readableBytes()));
                } catch (BrokenResourceException gone) {
                    // the client has left
                } finally {
                    request.release();
                }
            });
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            var _ = context.close();
        }
    }

    // ---- the clients ----

    private void clients(int aggregated, int streamed, int requests, long seed) throws Exception {
        List<FutureTask<Boolean>> clients = new ArrayList<>();
        var random = new SplittableRandom(seed);
        for (int i = 0; i < CLIENTS; i++) {
            var own = random.split();
            var client = new FutureTask<>(() -> {
                for (int sent = 0; sent < requests / CLIENTS; ) {
                    sent += use(own.nextBoolean() ? aggregated : streamed, own);
                }
                return true;
            });
            Thread.ofPlatform().daemon().name("client").start(client);
            clients.add(client);
        }
        for (FutureTask<Boolean> client : clients) {
            assertThat(client.get()).isTrue();
        }
    }

    /** Sends a few requests on one connection, leaves it in one of several ways, and returns their number. */
    private static int use(int port, SplittableRandom random) throws IOException {
        int count = 1 + random.nextInt(40);
        var bytes = new ByteArrayOutputStream();
        for (int i = 0; i < count; i++) {
            write(bytes, random);
        }
        try (Socket socket = connect(port)) {
            int way = random.nextInt(5);
            if (way == 0) { // in the middle of a request
                socket.getOutputStream().write(bytes.toByteArray(), 0, random.nextInt(bytes.size()));
                reset(socket);
            } else {
                socket.getOutputStream().write(bytes.toByteArray());
                switch (way) {
                    case 1 -> reset(socket);
                    case 2 -> socket.getInputStream().readNBytes(random.nextInt(30 * count));
                    case 3 -> socket.shutdownOutput();
                    default -> socket.getInputStream().readNBytes(39 * count); // no more than all
                }
            }
        } catch (IOException gone) {
            // the server closed first
        }
        return count;
    }

    private static void write(ByteArrayOutputStream to, SplittableRandom random) throws IOException {
        byte[] body = new byte[random.nextInt(10) == 0 ? random.nextInt(5000) : random.nextInt(100)];
        String head = "POST " + (random.nextInt(4) == 0 ? "/part" : "/all") + " HTTP/1.1\r\nhost: x\r\n";
        if (random.nextBoolean()) {
            to.write((head + "content-length: " + body.length + "\r\n\r\n").getBytes(US_ASCII));
            to.write(body);
        } else {
            to.write((head + "transfer-encoding: chunked\r\n\r\n").getBytes(US_ASCII));
            for (int at = 0; at < body.length; ) {
                int size = Math.min(body.length - at, 1 + random.nextInt(2000));
                to.write((Integer.toHexString(size) + "\r\n").getBytes(US_ASCII));
                to.write(body, at, size);
                to.write("\r\n".getBytes(US_ASCII));
                at += size;
            }
            to.write("0\r\n\r\n".getBytes(US_ASCII));
        }
    }
}
