package io.anyio.benchmarks.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.FullHttpRequest;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Hands each request to a virtual thread of the JDK. The next request of a connection waits until the answer of the one
 * before it is on its way to the loop, because answers must have the order of the requests.
 */
final class ThreadForEachRequest extends ChannelInboundHandlerAdapter {
    private final Queue<FullHttpRequest> requests = new ConcurrentLinkedQueue<>();
    private final AtomicInteger unanswered = new AtomicInteger();

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        requests.add((FullHttpRequest) message);
        if (unanswered.getAndIncrement() == 0) {
            startNext(context);
        }
    }

    private void startNext(ChannelHandlerContext context) {
        FullHttpRequest request = requests.remove();
        Thread.startVirtualThread(() -> {
            try {
                var _ = context.writeAndFlush(Hello.answer(request), context.voidPromise());
            } finally {
                request.release();
                if (unanswered.decrementAndGet() > 0) {
                    startNext(context);
                }
            }
        });
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        var _ = context.close();
    }
}
