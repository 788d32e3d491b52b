package io.anyio.benchmarks.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;

/** The request of all clients, and the answer of all servers. */
final class Hello {
    /** The request. */
    static final String REQUEST = "GET /hello HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";

    /** The body of the answer. */
    static final String BODY = "Hello, World!";

    private static final ByteBuf BYTES =
            Unpooled.unreleasableBuffer(Unpooled.directBuffer().writeBytes(BODY.getBytes(StandardCharsets.US_ASCII)));

    private Hello() {}

    /** Returns a new answer, as Netty's example creates it. */
    static FullHttpResponse answer(HttpRequest request) {
        var answer = new DefaultFullHttpResponse(request.protocolVersion(), HttpResponseStatus.OK, BYTES.duplicate());
        answer.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.TEXT_PLAIN)
                .setInt(HttpHeaderNames.CONTENT_LENGTH, answer.content().readableBytes());
        return answer;
    }
}
