package io.anyio.examples.netty;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts the requests and the answers of all connections. */
@Sharable
public final class MetricsHandler extends ChannelDuplexHandler {
    private final LongAdder requests = new LongAdder();
    private final Map<Integer, LongAdder> answers = new ConcurrentSkipListMap<>(); // by status

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest) {
            requests.increment();
        }
        context.fireChannelRead(message);
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (message instanceof HttpResponse response) {
            answers.computeIfAbsent(response.status().code(), _ -> new LongAdder())
                    .increment();
        }
        var _ = context.write(message, promise);
    }

    @Override
    public String toString() {
        return "requests: " + requests + ", answers: " + answers;
    }
}
