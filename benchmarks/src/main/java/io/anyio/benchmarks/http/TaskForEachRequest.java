package io.anyio.benchmarks.http;

import io.anyio.netty.ChannelTasks;
import io.anyio.netty.NettyRuntime;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.FullHttpRequest;

/**
 * Starts a task for each request. On the loop carrier the tasks of a connection start in the order of the requests and
 * answer before the next one starts.
 */
final class TaskForEachRequest extends ChannelInboundHandlerAdapter {
    private final NettyRuntime runtime;

    TaskForEachRequest(NettyRuntime runtime) {
        this.runtime = runtime;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        var request = (FullHttpRequest) message;
        ChannelTasks tasks = runtime.on(context.channel());
        var _ = tasks.start(() -> {
            try {
                tasks.send(Hello.answer(request));
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
