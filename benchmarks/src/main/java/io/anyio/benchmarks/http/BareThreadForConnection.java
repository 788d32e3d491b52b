package io.anyio.benchmarks.http;

import io.anyio.loom.VirtualThreads;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Resumes the parked virtual thread of a connection for each request, which the thread of the loop runs at once until
 * it parks again. The handler writes its answer. This is the least that two switches for each request can cost.
 */
final class BareThreadForConnection extends ChannelInboundHandlerAdapter {
    private final Thread thread = VirtualThreads.newThread(Runnable::run, "connection", this::answerAll);
    private @Nullable FullHttpRequest request;
    private @Nullable FullHttpResponse answer;
    private boolean ended;

    @Override
    public void channelActive(ChannelHandlerContext context) {
        thread.start();
        context.fireChannelActive();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        request = (FullHttpRequest) message;
        LockSupport.unpark(thread);
        var _ = context.write(answer);
    }

    private void answerAll() {
        while (!ended) {
            FullHttpRequest asked = request;
            if (asked != null) {
                request = null;
                answer = Hello.answer(asked);
                asked.release();
            }
            LockSupport.park(this);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        context.flush();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        ended = true;
        LockSupport.unpark(thread);
        context.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        var _ = context.close();
    }
}
