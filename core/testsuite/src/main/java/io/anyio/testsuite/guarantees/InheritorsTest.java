package io.anyio.testsuite.guarantees;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.anyio.AnyIO;
import io.anyio.TaskGroup;
import io.anyio.TaskOptions;
import io.anyio.testsuite.CapturedLog;
import io.anyio.testsuite.Transport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that virtual threads which foreign code starts in a task run as they would outside, and block no loop. */
class InheritorsTest extends GuaranteeTestBase {
    private static final String JDK = "ForkJoinPool";
    private final CapturedLog lentTurns =
            new CapturedLog("io.anyio"); // expected on the portable carrier, so not printed

    @AfterEach
    void printLogAgain() {
        lentTurns.close();
    }

    @ParameterizedTest
    @MethodSource("transports")
    void anExecutorsThreadsRunOnTheJdksScheduler(Transport transport) throws Exception {
        run(transport, () -> {
            try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
                assertThat(executor.submit(GuaranteeTestBase::carrierThread).get())
                        .startsWith(JDK);
                assertThat(executor.submit(() -> Executors.newVirtualThreadPerTaskExecutor()
                                        .submit(GuaranteeTestBase::carrierThread)
                                        .get())
                                .get())
                        .startsWith(JDK);
            }
        });
    }

    @ParameterizedTest
    @MethodSource("transports")
    void threadsStartedInATaskRunOnTheJdksSchedulerAlsoAfterTheyParked(Transport transport) throws Exception {
        run(transport, () -> {
            var first = new AtomicReference<String>();
            var second = new AtomicReference<String>();
            var go = new CountDownLatch(1);
            Thread started = Thread.startVirtualThread(() -> {
                first.set(carrierThread());
                awaitQuietly(go);
                second.set(carrierThread());
            });
            AnyIO.sleep(Duration.ofMillis(1));
            go.countDown(); // at this point the task wakes the thread
            started.join();
            assertThat(first.get()).startsWith(JDK);
            assertThat(second.get()).startsWith(JDK);
        });
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void anInheritorThatSpinsDoesNotHoldTheLoop(Transport transport) throws Exception {
        run(transport, () -> {
            var over = new AtomicBoolean();
            Thread spinning = Thread.ofVirtual().start(() -> {
                while (!over.get()) {
                    Thread.onSpinWait();
                }
            });
            for (int i = 0; i < 10; i++) {
                AnyIO.sleep(Duration.ofMillis(1));
            }
            over.set(true);
            spinning.join();
        });
    }

    @ParameterizedTest
    @MethodSource("transports")
    void anInheritorIsNoTask(Transport transport) throws Exception {
        run(transport, () -> {
            var seen = new CompletableFuture<Boolean>();
            Thread.startVirtualThread(() -> seen.complete(AnyIO.currentBackend().isPresent()));
            assertThat(seen.get()).isFalse();
        });
    }

    /** The server answers only after another task of the client's loop has run: the wait does not block the loop. */
    @ParameterizedTest
    @MethodSource("transports")
    void theJdksHttpClientWorksInATaskAndLetsOthersRun(Transport transport) throws Exception {
        var others = new CountDownLatch(1);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            awaitQuietly(others);
            exchange.sendResponseHeaders(200, 2);
            try (var body = exchange.getResponseBody()) {
                body.write(new byte[] {'o', 'k'});
            }
        });
        server.start();
        try {
            var request = HttpRequest.newBuilder(URI.create(
                            "http://" + HOST + ":" + server.getAddress().getPort()))
                    .build();
            run(
                    transport,
                    () -> TaskGroup.run(group -> {
                        var threads = new AtomicReference<String>();
                        group.startSoon(() -> {
                            try (HttpClient client = HttpClient.newBuilder()
                                    .executor(Executors.newVirtualThreadPerTaskExecutor())
                                    .build()) {
                                var handler = BodyHandlers.ofString();
                                assertThat(client.send(request, info -> {
                                                    threads.set(carrierThread());
                                                    return handler.apply(info);
                                                })
                                                .body())
                                        .isEqualTo("ok");
                            }
                            assertThat(threads.get()).startsWith(JDK);
                        });
                        group.startSoon(() -> {
                            AnyIO.sleep(Duration.ofMillis(1));
                            others.countDown();
                        });
                    }));
        } finally {
            server.stop(0);
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void jdkSocketsWorkInATaskAndLetOthersRun(Transport transport) throws Exception {
        run(transport, InheritorsTest::talkThroughJdkSockets);
    }

    static void talkThroughJdkSockets() {
        TaskGroup.run(group -> {
            ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            group.startSoon(TaskOptions.named("server"), () -> {
                try (server;
                        Socket socket = server.accept()) {
                    socket.getOutputStream().write(socket.getInputStream().read() + 1);
                }
            });
            group.startSoon(TaskOptions.named("client"), () -> {
                try (var socket = new Socket(server.getInetAddress(), server.getLocalPort())) {
                    AnyIO.sleep(Duration.ofMillis(1));
                    socket.getOutputStream().write(1);
                    assertThat(socket.getInputStream().read()).isEqualTo(2);
                }
            });
        });
    }

    /** In a JVM of its own, because the JDK starts its poller threads once, in the first thread that needs them. */
    @Test
    void theJdksPollersMayBeStartedInsideATask() throws Exception {
        try (var program = new JvmProcess(FirstSocketInATask.class, List.of())) {
            assertThat(program.lines()).contains("talked");
        }
    }

    /** A program whose first use of a socket in a virtual thread is in a task. */
    static final class FirstSocketInATask {
        private FirstSocketInATask() {}

        public static void main(String[] arguments) throws Exception {
            bounded(() -> {
                AnyIO.run(InheritorsTest::talkThroughJdkSockets);
                return null;
            });
            System.out.println("talked");
        }
    }
}
