package io.anyio.examples.netty;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A back end of other people's making, so that the examples run alone: the JDK's HTTP server. Knows the price and the
 * stock of every item. An item's name decides how it answers: late if it contains {@code slow-price} or
 * {@code slow-stock}, with the status 500 if it contains {@code failing-}, not at all if it contains {@code broken-}.
 */
public final class BackEndServer implements AutoCloseable {
    private static final Duration SLOW = Duration.ofSeconds(20);

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpServer server;

    /** Starts the server on a free port. */
    public BackEndServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext(
                "/price/", exchange -> answer(exchange, "price", item -> item.length() + "." + item.length() + "0"));
        server.createContext("/stock/", exchange -> answer(exchange, "stock", item -> "" + item.length() * 7));
        server.start();
    }

    /** Knows something about an item. */
    private interface Knowledge {
        String of(String item);
    }

    private static void answer(HttpExchange exchange, String what, Knowledge knowledge) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            String item = path.substring(path.lastIndexOf('/') + 1);
            if (item.contains("slow-" + what)) {
                Thread.sleep(SLOW);
            }
            if (item.contains("broken-" + what)) {
                return; // closes the connection without an answer
            }
            byte[] text = (knowledge.of(item) + "\n").getBytes(UTF_8);
            exchange.sendResponseHeaders(item.contains("failing-" + what) ? 500 : 200, text.length);
            exchange.getResponseBody().write(text);
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns where it listens. */
    public InetSocketAddress address() {
        return server.getAddress();
    }

    @Override
    public void close() {
        threads.shutdownNow();
        server.stop(0);
    }
}
