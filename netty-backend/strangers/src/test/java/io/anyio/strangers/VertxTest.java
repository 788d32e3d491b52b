package io.anyio.strangers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.anyio.AnyIO;
import io.anyio.netty.NettyRuntime;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests of tasks on the event loops of Vert.x. */
class VertxTest {

    private static Vertx vertx(boolean isNative) {
        assumeTrue(!isNative || Epoll.isAvailable());
        return Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2).setPreferNativeTransport(isNative));
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    private static Future<String> request(HttpClient client, HttpServer server) {
        return client.request(HttpMethod.GET, server.actualPort(), "127.0.0.1", "/")
                .compose(request -> request.send().compose(HttpClientResponse::body))
                .map(Buffer::toString);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void tasksWorkBesideAServerAndAClient(boolean isNative) throws Exception {
        Vertx vertx = vertx(isNative);
        try {
            HttpServer server = get(vertx.createHttpServer()
                    .requestHandler(request -> request.response().end("hello"))
                    .listen(0, "127.0.0.1"));
            HttpClient client = vertx.createHttpClient();
            EventLoopGroup group = ((VertxInternal) vertx).nettyEventLoopGroup();
            Guests.work(group, () -> assertThat(get(request(client, server))).isEqualTo("hello"));
            try (var runtime = NettyRuntime.attach(group)) {
                assertThat(runtime.info().transport()).isEqualTo(isNative ? "epoll" : "nio");
                assertThat(Guests.await(runtime, () -> request(client, server).toCompletionStage()))
                        .isEqualTo("hello");
                assertThat(Guests.call(runtime, () -> get(request(client, server))))
                        .isEqualTo("hello");
            }
        } finally {
            get(vertx.close());
        }
    }

    /** The loop of one context is a group, too. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aRequestIsAnsweredByATaskOnTheLoopOfAContext(boolean isNative) throws Exception {
        Vertx vertx = vertx(isNative);
        try (var runtime = NettyRuntime.attach(((ContextInternal) vertx.getOrCreateContext()).nettyEventLoop())) {
            HttpServer server = get(vertx.createHttpServer()
                    .requestHandler(request -> {
                        var context = vertx.getOrCreateContext();
                        var _ = runtime.start(() -> {
                                    AnyIO.sleep(Duration.ofMillis(1));
                                    return "answer of a task";
                                })
                                .whenComplete((text, failure) -> context.runOnContext(
                                        _ -> request.response().end(failure == null ? text : failure.toString())));
                    })
                    .listen(0, "127.0.0.1"));
            HttpClient client = vertx.createHttpClient();
            for (int i = 0; i < 20; i++) {
                assertThat(get(request(client, server))).isEqualTo("answer of a task");
            }
        } finally {
            get(vertx.close());
        }
    }
}
