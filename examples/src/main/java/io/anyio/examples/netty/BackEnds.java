package io.anyio.examples.netty;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * The back ends of the servers.
 *
 * @param prices answers {@code /price/ITEM}
 * @param stock answers {@code /stock/ITEM}
 * @param patience how long an answer to a client may take
 * @param stockPatience how long it waits for the stock, without which it can do
 */
public record BackEnds(InetSocketAddress prices, InetSocketAddress stock, Duration patience, Duration stockPatience) {

    /** Returns a new request for a back end. */
    public static FullHttpRequest request(String path) {
        var request = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, path);
        request.headers().set(HttpHeaderNames.HOST, "back-end").set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        return request;
    }

    /**
     * Returns the text of a back end's answer.
     *
     * @throws BackEndException if the status is not 200
     */
    public static String text(FullHttpResponse response) {
        if (!response.status().equals(HttpResponseStatus.OK)) {
            throw new BackEndException("The back end has answered " + response.status(), null);
        }
        return response.content().toString(UTF_8).strip();
    }
}
