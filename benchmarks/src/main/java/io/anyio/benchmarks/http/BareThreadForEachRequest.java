package io.anyio.benchmarks.http;

import io.anyio.loom.VirtualThreads;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import org.jspecify.annotations.Nullable;

/**
 * Starts a virtual thread for each request, which the thread of the loop runs at once and to its end. The handler
 * writes its answer. There is no queue, no scope and no handle, so this is the least that a thread for each request can
 * cost.
 */
final class BareThreadForEachRequest extends ChannelInboundHandlerAdapter {
    private @Nullable FullHttpRequest request;
    private @Nullable FullHttpResponse answer;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        request = (FullHttpRequest) message;
        VirtualThreads.newThread(Runnable::run, "request", this::answer).start();
        var _ = context.write(answer);
    }

    private void answer() {
        FullHttpRequest asked = request;
        if (asked != null) {
            answer = Hello.answer(asked);
            asked.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        context.flush();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        var _ = context.close();
    }
}
