package io.anyio.strangers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.anyio.AnyIO;
import io.anyio.netty.NettyFutures;
import io.anyio.netty.NettyRuntime;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.Epoll;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.server.HttpServer;
import reactor.netty.resources.LoopResources;

/** Tests of tasks on the event loops of reactor-netty's HTTP server and client, which prefer io_uring to epoll. */
class ReactorNettyTest {

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void tasksWorkBesideAServerAndAClient(boolean isNative) throws Exception {
        assumeTrue(!isNative || Epoll.isAvailable());
        LoopResources loops = LoopResources.create("reactor", 1, 2, true);
        try {
            DisposableServer server = HttpServer.create()
                    .runOn(loops, isNative)
                    .host("127.0.0.1")
                    .port(0)
                    .handle((request, response) -> response.sendString(Mono.just("hello")))
                    .bindNow();
            HttpClient client = client(loops, isNative, server);
            EventLoopGroup group = loops.onServer(isNative);
            Guests.work(
                    group,
                    () -> assertThat(get(client).block(Duration.ofSeconds(30))).isEqualTo("hello"));
            try (var runtime = NettyRuntime.attach(group)) {
                assertThat(runtime.info().transport()).isIn(isNative ? List.of("epoll", "io_uring") : List.of("nio"));
                assertThat(Guests.await(runtime, () -> get(client).toFuture())).isEqualTo("hello");
                assertThat(Guests.call(runtime, () -> get(client).block(Duration.ofSeconds(30))))
                        .isEqualTo("hello");
                runtime.start(() -> NettyFutures.await(server.channel().close()))
                        .get(30, TimeUnit.SECONDS);
            }
        } finally {
            loops.disposeLater(Duration.ZERO, Duration.ofSeconds(5)).block(Duration.ofSeconds(30));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aRequestIsAnsweredByATask(boolean isNative) throws Exception {
        assumeTrue(!isNative || Epoll.isAvailable());
        LoopResources loops = LoopResources.create("reactor", 1, 2, true);
        try (var runtime = NettyRuntime.attach(loops.onServer(isNative))) {
            DisposableServer server = HttpServer.create()
                    .runOn(loops, isNative)
                    .host("127.0.0.1")
                    .port(0)
                    .handle((request, response) -> response.sendString(Mono.fromFuture(() -> runtime.start(() -> {
                        AnyIO.sleep(Duration.ofMillis(1));
                        return "answer of a task";
                    }))))
                    .bindNow();
            HttpClient client = client(loops, isNative, server);
            for (int i = 0; i < 20; i++) {
                assertThat(get(client).block(Duration.ofSeconds(30))).isEqualTo("answer of a task");
            }
            server.disposeNow();
        } finally {
            loops.disposeLater(Duration.ZERO, Duration.ofSeconds(5)).block(Duration.ofSeconds(30));
        }
    }

    private static HttpClient client(LoopResources loops, boolean isNative, DisposableServer server) {
        return HttpClient.create().runOn(loops, isNative).baseUrl("http://127.0.0.1:" + server.port());
    }

    private static Mono<String> get(HttpClient client) {
        return client.get().uri("/").responseContent().aggregate().asString();
    }
}
