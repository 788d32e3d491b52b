package io.anyio.benchmarks.http;

import io.anyio.benchmarks.server.Exchange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds out how a server answers, byte by byte: servers differ in their headers. */
final class HelloExchange {
    private static final int PATIENCE_MILLIS = 20_000;
    private static final Pattern LENGTH =
            Pattern.compile("^content-length: *(\\d+)\r\n", Pattern.CASE_INSENSITIVE | Pattern.MULTILINE);
    private static final Pattern DATE =
            Pattern.compile("^date: *([^\r]+)\r\n", Pattern.CASE_INSENSITIVE | Pattern.MULTILINE);

    private HelloExchange() {}

    /**
     * Asks a server once.
     *
     * @throws IOException if the answer is not the expected one
     */
    static Exchange with(InetSocketAddress server) throws IOException {
        try (var socket = new Socket(server.getAddress(), server.getPort())) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            byte[] request = Hello.REQUEST.getBytes(StandardCharsets.US_ASCII);
            socket.getOutputStream().write(request);
            String head = head(socket.getInputStream());
            Matcher length = LENGTH.matcher(head);
            if (!head.startsWith("HTTP/1.1 200 OK\r\n") || !length.find()) {
                throw new IOException("Not an answer with status 200 and a length: " + head);
            }
            byte[] body = socket.getInputStream().readNBytes(Integer.parseInt(length.group(1)));
            String answer = head + new String(body, StandardCharsets.ISO_8859_1);
            if (!answer.equals(head + Hello.BODY)) {
                throw new IOException("The body is not '" + Hello.BODY + "': " + answer);
            }
            Exchange exchange = Exchange.of(request, answer.getBytes(StandardCharsets.ISO_8859_1));
            Matcher date = DATE.matcher(head);
            return date.find() ? exchange.varying(date.start(1), date.end(1)) : exchange;
        }
    }

    private static String head(InputStream in) throws IOException {
        var head = new ByteArrayOutputStream();
        while (true) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("The server has closed the connection after: " + head);
            }
            head.write(next);
            String text = head.toString(StandardCharsets.ISO_8859_1);
            if (text.endsWith("\r\n\r\n")) {
                return text;
            }
        }
    }
}
