package io.anyio.examples.netty;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;

/** What a server answers: a status and a line of text. */
public record Answer(HttpResponseStatus status, String text) {
    /** The answer when a back end has failed. */
    public static final Answer BACK_END_FAILED = new Answer(HttpResponseStatus.BAD_GATEWAY, "a back end has failed");

    /** The answer when the time is up. */
    public static final Answer TOO_LATE = new Answer(HttpResponseStatus.GATEWAY_TIMEOUT, "the back ends are too slow");

    /** Pages to try. The names with a hyphen show what a slow or failing back end leads to. */
    static final String PAGES =
            "/price/pear, /product/pear, /label/pear, /product/slow-stock, /price/slow-price, /price/failing-price";

    /** The answer to an unknown path: the ones that exist. */
    public static final Answer NOT_FOUND = new Answer(HttpResponseStatus.NOT_FOUND, "no such page; there are " + PAGES);

    /** Returns an answer with the status 200. */
    public static Answer ok(String text) {
        return new Answer(HttpResponseStatus.OK, text);
    }

    /** Returns a new message for the pipeline. */
    public FullHttpResponse toMessage() {
        var message =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.copiedBuffer(text + "\n", UTF_8));
        message.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.TEXT_PLAIN)
                .setInt(HttpHeaderNames.CONTENT_LENGTH, message.content().readableBytes());
        return message;
    }
}
