package io.anyio.examples.netty;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.examples.netty.NettyExample.Server;
import io.anyio.examples.netty.after.ProductServerAfter;
import io.anyio.examples.netty.before.ProductServerBefore;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The server with callbacks and the server with tasks answer alike, as clients of other libraries see them. */
@Timeout(60)
class ProductServersTest {
    private static final Duration PATIENT = Duration.ofSeconds(20);
    private static final Duration PATIENCE = Duration.ofMillis(700);
    private static final Duration STOCK_PATIENCE = Duration.ofMillis(200);

    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    static Stream<ProductExample> servers() {
        return Stream.of(new ProductServerBefore(), new ProductServerAfter());
    }

    @AfterEach
    void end() {
        client.close();
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }

    /** What a test does with a server. */
    private interface Use {
        void of(Server server) throws Exception;
    }

    private void with(ProductExample example, Use use) throws Exception {
        with(example, PATIENT, PATIENT, use);
    }

    private void with(ProductExample example, Duration patience, Duration stockPatience, Use use) throws Exception {
        try (var backEnd = new BackEndServer()) {
            var backEnds = new BackEnds(backEnd.address(), backEnd.address(), patience, stockPatience);
            Server server = example.start(group, 0, backEnds);
            use.of(server);
            server.stop();
        }
    }

    private HttpResponse<String> get(Server server, String path) throws IOException, InterruptedException {
        return client.send(request(server, path), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpRequest request(Server server, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                .build();
    }

    private static String raw(String path) {
        return "GET " + path + " HTTP/1.1\r\nhost: x\r\n\r\n";
    }

    private void assertAnswer(Server server, String path, int status, String text)
            throws IOException, InterruptedException {
        HttpResponse<String> answer = get(server, path);
        assertThat(answer.body()).as(path).isEqualTo(text + "\n");
        assertThat(answer.statusCode()).as(path).isEqualTo(status);
    }

    @ParameterizedTest
    @MethodSource("servers")
    void theAnswersAreTheSame(ProductExample example) throws Exception {
        with(example, server -> {
            assertAnswer(server, "/price/pear", 200, "pear costs 4.40");
            assertAnswer(server, "/product/pear", 200, "pear costs 4.40, in stock: 28");
            assertAnswer(server, "/label/pear", 200, "pear-e69aeb26");
            for (String path : new String[] {"/", "/nothing"}) {
                assertAnswer(server, path, 404, "no such page; there are " + Answer.PAGES);
            }
        });
    }

    @ParameterizedTest
    @MethodSource("servers")
    void aBackEndThatIsTooSlowIsAGatewayTimeout(ProductExample example) throws Exception {
        with(example, PATIENCE, STOCK_PATIENCE, server -> {
            assertAnswer(server, "/price/slow-price", 504, "the back ends are too slow");
            assertAnswer(server, "/product/slow-price", 504, "the back ends are too slow");
            assertAnswer(server, "/product/slow-stock", 200, "slow-stock costs 10.100, in stock: unknown");
        });
    }

    @ParameterizedTest
    @MethodSource("servers")
    void aBackEndThatFailsIsABadGateway(ProductExample example) throws Exception {
        with(example, server -> {
            for (String path : new String[] {
                "/price/failing-price",
                "/price/broken-price",
                "/product/broken-stock",
                "/product/failing-stock-failing-price"
            }) {
                assertAnswer(server, path, 502, "a back end has failed");
            }
        });
    }

    /** A combination of futures waits for both. */
    @Test
    void inATaskGroupTheFirstFailureEndsTheOtherCall() throws Exception {
        with(
                new ProductServerAfter(),
                server -> assertAnswer(server, "/product/failing-stock-slow-price", 502, "a back end has failed"));
    }

    @ParameterizedTest
    @MethodSource("servers")
    void aBackEndThatCannotBeReachedIsABadGateway(ProductExample example) throws Exception {
        var gone = new BackEndServer();
        gone.close();
        Server server = example.start(group, 0, new BackEnds(gone.address(), gone.address(), PATIENT, PATIENT));
        assertAnswer(server, "/price/pear", 502, "a back end has failed");
        server.stop();
    }

    @ParameterizedTest
    @MethodSource("servers")
    void pipelinedRequestsAreAnsweredInOrderOnOneConnection(ProductExample example) throws Exception {
        with(example, PATIENT, STOCK_PATIENCE, server -> {
            try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
                var requests = new StringBuilder();
                for (String path : new String[] {"/product/slow-stock", "/price/fig", "/label/fig", "/nothing"}) {
                    requests.append("GET ").append(path).append(" HTTP/1.1\r\nhost: x\r\n");
                    requests.append(path.equals("/nothing") ? "connection: close\r\n\r\n" : "\r\n");
                }
                socket.setSoTimeout(20_000);
                socket.getOutputStream().write(requests.toString().getBytes(US_ASCII));
                String answers = new String(socket.getInputStream().readAllBytes(), US_ASCII);
                assertThat(answers)
                        .containsSubsequence(
                                "slow-stock costs 10.100, in stock: unknown\n",
                                "fig costs 3.30\n",
                                "fig-",
                                "no such page; ");
            }
        });
    }

    @ParameterizedTest
    @MethodSource("servers")
    void aClientThatLeavesDoesNoHarm(ProductExample example) throws Exception {
        with(example, PATIENCE, STOCK_PATIENCE, server -> {
            for (int i = 0; i < 10; i++) {
                try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
                    socket.getOutputStream().write("GET /price/slow-price HTTP/1.1\r\n\r\n".getBytes(US_ASCII));
                    socket.setSoLinger(true, 0); // with a reset
                }
            }
            assertAnswer(server, "/price/pear", 200, "pear costs 4.40");
        });
    }

    /** The future of a call goes on until its time is up. */
    @Test
    void withTasksAClientThatLeavesEndsTheCallsThatWereMadeForIt() throws Exception {
        Duration patient = Duration.ofHours(1);
        try (var backEnd = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var address = (InetSocketAddress) backEnd.getLocalSocketAddress();
            ProductExample after = new ProductServerAfter();
            Server server = after.start(group, 0, new BackEnds(address, address, patient, patient));
            var client = new Socket(InetAddress.getLoopbackAddress(), server.port());
            client.getOutputStream().write(raw("/price/pear").getBytes(US_ASCII));
            try (Socket call = backEnd.accept()) {
                call.setSoTimeout(20_000);
                String first = "GET /price/pear HTTP/1.1";
                assertThat(new String(call.getInputStream().readNBytes(first.length()), US_ASCII))
                        .isEqualTo(first);
                client.close();
                assertThat(new String(call.getInputStream().readAllBytes(), US_ASCII))
                        .endsWith("\r\n\r\n");
            }
            server.stop();
        }
    }

    @ParameterizedTest
    @MethodSource("servers")
    void theEndWaitsForAnswersAndClosesIdleConnections(ProductExample example) throws Exception {
        with(example, PATIENT, STOCK_PATIENCE, server -> {
            try (var idle = new Socket(InetAddress.getLoopbackAddress(), server.port());
                    var busy = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
                idle.setSoTimeout(20_000);
                busy.setSoTimeout(20_000);
                idle.getOutputStream().write(raw("/price/fig").getBytes(US_ASCII));
                String first = "HTTP/1.1 200 OK";
                assertThat(new String(idle.getInputStream().readNBytes(first.length()), US_ASCII))
                        .isEqualTo(first);
                String both = raw("/nothing") + raw("/product/slow-stock");
                busy.getOutputStream().write(both.getBytes(US_ASCII));
                String earlier = "HTTP/1.1 404 Not Found";
                assertThat(new String(busy.getInputStream().readNBytes(earlier.length()), US_ASCII))
                        .isEqualTo(earlier); // the second one is under way
                CompletableFuture<Void> stopped = CompletableFuture.runAsync(() -> {
                    try {
                        server.stop();
                    } catch (Exception failure) {
                        throw new IllegalStateException(failure);
                    }
                });
                assertThat(new String(idle.getInputStream().readAllBytes(), US_ASCII))
                        .endsWith("fig costs 3.30\n");
                assertThat(new String(busy.getInputStream().readAllBytes(), US_ASCII))
                        .contains("connection: close")
                        .endsWith("slow-stock costs 10.100, in stock: unknown\n");
                stopped.get();
            }
        });
    }
}
