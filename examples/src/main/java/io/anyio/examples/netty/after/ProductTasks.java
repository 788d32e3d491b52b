package io.anyio.examples.netty.after;

import io.anyio.Failures;
import io.anyio.TaskGroup;
import io.anyio.TaskHandle;
import io.anyio.TimedOutException;
import io.anyio.Timeouts;
import io.anyio.examples.netty.Answer;
import io.anyio.examples.netty.BackEndException;
import io.anyio.examples.netty.BackEnds;
import io.anyio.examples.netty.Labels;
import io.anyio.net.ConnectionFailedException;
import io.anyio.netty.MessageStream;
import io.anyio.netty.NettyStreams;
import io.anyio.resource.BrokenResourceException;
import io.anyio.stream.EndOfStreamException;
import io.anyio.sync.CapacityLimiter;
import io.anyio.thread.ToThread;
import io.anyio.thread.ToThreadOptions;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObjectAggregator;
import java.net.InetSocketAddress;
import java.util.List;

// begin tasks
/** Answers the requests of a connection, in its task. */
final class ProductTasks {
    private static final Bootstrap CLIENT = new Bootstrap().handler(new ChannelInitializer<>() {
        @Override
        protected void initChannel(Channel channel) {
            channel.pipeline().addLast(new HttpClientCodec(), new HttpObjectAggregator(65_536));
        }
    });

    private final BackEnds backEnds;
    private final ToThreadOptions processors = ToThreadOptions.DEFAULTS.withLimiter(
            CapacityLimiter.create(Runtime.getRuntime().availableProcessors()));

    ProductTasks(BackEnds backEnds) {
        this.backEnds = backEnds;
    }

    void serve(MessageStream connection) {
        while (true) {
            FullHttpRequest request = connection.receive(FullHttpRequest.class);
            connection.send(answerInTime(request.uri()).toMessage());
        }
    }

    private Answer answerInTime(String path) {
        try {
            return Failures.catching(BackEndException.class, _ -> {})
                    .call(Answer.BACK_END_FAILED, () -> Timeouts.failAfter(backEnds.patience(), () -> answer(path)));
        } catch (TimedOutException late) {
            return Answer.TOO_LATE;
        }
    }

    private Answer answer(String path) {
        String item = path.substring(path.lastIndexOf('/') + 1);
        return switch (path.substring(0, path.length() - item.length())) {
            case "/price/" -> Answer.ok(item + " costs " + price(item));
            case "/product/" -> {
                List<TaskHandle<String>> both = TaskGroup.call(group -> List.of(
                        group.startSoon(() -> price(item)),
                        group.startSoon(
                                () -> Timeouts.moveOnAfter(backEnds.stockPatience(), "unknown", () -> stock(item)))));
                yield Answer.ok(item + " costs " + both.get(0).returnValue() + ", in stock: "
                        + both.get(1).returnValue());
            }
            case "/label/" -> Answer.ok(ToThread.run(processors, () -> Labels.of(item)));
            default -> Answer.NOT_FOUND;
        };
    }

    private String price(String item) {
        return call(backEnds.prices(), "/price/" + item);
    }

    private String stock(String item) {
        return call(backEnds.stock(), "/stock/" + item);
    }

    /** Calls a back end, on a connection of its own. */
    private static String call(InetSocketAddress backEnd, String path) {
        try (MessageStream connection = NettyStreams.connect(CLIENT, backEnd)) {
            connection.send(BackEnds.request(path));
            return BackEnds.text(connection.receive(FullHttpResponse.class));
        } catch (ConnectionFailedException | BrokenResourceException | EndOfStreamException failure) {
            throw new BackEndException("The call has failed", failure);
        }
    }
}
// end tasks
