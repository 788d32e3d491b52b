package io.anyio.strangers;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.AnyIO;
import io.anyio.TaskGroup;
import io.anyio.netty.NettyRuntime;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.Transports;
import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Tests of tasks on the event loops of Lettuce, a client of Redis, which chooses the transport itself. */
class LettuceTest {

    @Test
    void tasksWorkBesideCommands() throws Exception {
        ClientResources resources = DefaultClientResources.builder()
                .ioThreadPoolSize(2)
                .computationThreadPoolSize(2)
                .build();
        try (var redis = new SmallRedis()) {
            RedisURI address = RedisURI.builder()
                    .withHost("127.0.0.1")
                    .withPort(redis.port())
                    .withTimeout(Duration.ofSeconds(30))
                    .build();
            RedisClient client = RedisClient.create(resources, address);
            StatefulRedisConnection<String, String> connection = client.connect();
            EventLoopGroup group = resources.eventLoopGroupProvider().allocate(Transports.eventLoopGroupClass());
            Guests.work(group, () -> assertThat(connection.sync().ping()).isEqualTo("PONG"));
            try (var runtime = NettyRuntime.attach(group)) {
                String text = runtime.start(() -> {
                            AnyIO.await(connection.async().set("key", "value"));
                            return TaskGroup.call(tasks -> tasks.startSoon(
                                            () -> AnyIO.await(connection.async().get("key")))
                                    .join());
                        })
                        .get(30, TimeUnit.SECONDS);
                assertThat(text).isEqualTo("value");
                assertThat(Guests.call(runtime, () -> connection.sync().get("key")))
                        .isEqualTo("value");
            }
            connection.close();
            client.shutdown(0, 5, TimeUnit.SECONDS);
            resources
                    .eventLoopGroupProvider()
                    .release(group, 0, 5, TimeUnit.SECONDS)
                    .get(30, TimeUnit.SECONDS);
        } finally {
            resources.shutdown(0, 5, TimeUnit.SECONDS).get(30, TimeUnit.SECONDS);
        }
    }
}
