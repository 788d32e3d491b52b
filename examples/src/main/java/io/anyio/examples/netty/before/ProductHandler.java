package io.anyio.examples.netty.before;

import io.anyio.examples.netty.Answer;
import io.anyio.examples.netty.BackEndException;
import io.anyio.examples.netty.BackEnds;
import io.anyio.examples.netty.Labels;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpRequest;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

// begin handler
/** Answers the requests of one connection, in their order. */
final class ProductHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
    private final BackEnds backEnds;
    private final ExecutorService processors;
    private final Queue<String> waiting = new ArrayDeque<>(); // requests that were pipelined
    private boolean answering;

    ProductHandler(BackEnds backEnds, ExecutorService processors) {
        this.backEnds = backEnds;
        this.processors = processors;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
        waiting.add(request.uri());
        answerNext(context);
    }

    private void answerNext(ChannelHandlerContext context) {
        String path = answering ? null : waiting.poll();
        if (path == null) {
            return;
        }
        answering = true;
        var _ = answer(context, path)
                .orTimeout(backEnds.patience().toMillis(), TimeUnit.MILLISECONDS)
                .exceptionally(ProductHandler::failed)
                .whenCompleteAsync(
                        (answer, bug) -> {
                            if (bug != null) {
                                exceptionCaught(context, bug);
                                return;
                            }
                            var _ = context.writeAndFlush(answer.toMessage());
                            answering = false;
                            answerNext(context);
                        },
                        context.executor());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!(cause instanceof IOException)) { // which clients cause that vanish
            context.fireExceptionCaught(cause);
        }
        var _ = context.close();
    }

    private CompletableFuture<Answer> answer(ChannelHandlerContext context, String path) {
        String item = path.substring(path.lastIndexOf('/') + 1);
        return switch (path.substring(0, path.length() - item.length())) {
            case "/price/" -> price(context, item).thenApply(price -> Answer.ok(item + " costs " + price));
            case "/product/" ->
                price(context, item)
                        .thenCombine(
                                stock(context, item).exceptionally(ProductHandler::unknownIfLate),
                                (price, stock) -> Answer.ok(item + " costs " + price + ", in stock: " + stock));
            case "/label/" -> CompletableFuture.supplyAsync(() -> Answer.ok(Labels.of(item)), processors);
            default -> CompletableFuture.completedFuture(Answer.NOT_FOUND);
        };
    }

    private CompletableFuture<String> price(ChannelHandlerContext context, String item) {
        return BackEndCall.get(context.channel().eventLoop(), backEnds.prices(), "/price/" + item, backEnds.patience());
    }

    private CompletableFuture<String> stock(ChannelHandlerContext context, String item) {
        return BackEndCall.get(
                context.channel().eventLoop(), backEnds.stock(), "/stock/" + item, backEnds.stockPatience());
    }

    private static String unknownIfLate(Throwable failure) {
        if (cause(failure) instanceof TimeoutException) {
            return "unknown";
        }
        throw new CompletionException(cause(failure));
    }

    private static Answer failed(Throwable failure) {
        return switch (cause(failure)) {
            case TimeoutException _ -> Answer.TOO_LATE;
            case BackEndException _ -> Answer.BACK_END_FAILED;
            case Throwable bug -> throw new CompletionException(bug);
        };
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }
}
// end handler
