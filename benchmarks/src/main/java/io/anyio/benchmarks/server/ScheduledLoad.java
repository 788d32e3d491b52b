package io.anyio.benchmarks.server;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Clients that send requests by a schedule, whether or not earlier ones have been answered. A latency begins when a
 * request is due, so that it includes the time that the server, or the clients, are behind. The calling thread is that
 * of the clients, and never sleeps: waking it would take longer than an answer.
 */
final class ScheduledLoad implements AutoCloseable {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);
    private static final int BUFFER = 64 * 1024;

    private final Exchange exchange;
    private final Selector selector;
    private final List<Connection> connections = new ArrayList<>();
    private final ByteBuffer received = ByteBuffer.allocateDirect(BUFFER);

    private ScheduledLoad(Exchange exchange) throws IOException {
        this.exchange = exchange;
        this.selector = Selector.open();
    }

    static ScheduledLoad connect(InetSocketAddress server, int connections, Exchange exchange) throws IOException {
        var load = new ScheduledLoad(exchange);
        try {
            for (int i = 0; i < connections; i++) {
                load.connections.add(load.new Connection(server));
            }
            return load;
        } catch (Throwable t) {
            load.close();
            throw t;
        }
    }

    /**
     * Sends requests for some time and receives all answers.
     *
     * @param perSecond the number of requests in a second
     * @param nanos for how long to send
     * @param unmeasured the latencies of how many nanoseconds at the beginning are left out
     * @param latencies to which the others are added
     * @throws IOException if an answer is wrong, or a connection ends
     */
    void run(double perSecond, long nanos, long unmeasured, Latencies latencies) throws IOException {
        double interval = TimeUnit.SECONDS.toNanos(1) / perSecond;
        long count = Math.max(1, (long) (nanos / interval));
        long start = System.nanoTime();
        long sent = 0;
        long answered = 0;
        while (answered < count) {
            long now = System.nanoTime();
            for (long due = start + (long) (sent * interval); sent < count && due <= now; ) {
                connections.get((int) (sent % connections.size())).send(due);
                sent++;
                due = start + (long) (sent * interval);
            }
            answered += receive(start + unmeasured, latencies);
            if (now - start > nanos + PATIENCE_NANOS) {
                throw new IOException("Only " + answered + " of " + count + " answers came back in time");
            }
        }
    }

    private int receive(long from, Latencies latencies) throws IOException {
        if (selector.selectNow() == 0) {
            return 0;
        }
        int answers = 0;
        for (SelectionKey key : selector.selectedKeys()) {
            answers += ((Connection) key.attachment()).receive(from, latencies);
        }
        selector.selectedKeys().clear();
        return answers;
    }

    @Override
    public void close() {
        try (selector) {
            for (Connection connection : connections) {
                connection.channel.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private final class Connection {
        private final SocketChannel channel;
        private final ByteBuffer request;
        private long[] due = new long[16]; // when the requests under way were due: a ring, whose length is a power of 2
        private long asked; // requests
        private long bytes; // received
        private long complete; // answers

        Connection(InetSocketAddress server) throws IOException {
            channel = SocketChannel.open(server);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ, this);
            byte[] bytes = exchange.requests(1);
            request = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
        }

        void send(long when) throws IOException {
            if (asked - complete == due.length) {
                grow();
            }
            due[(int) asked++ & due.length - 1] = when;
            channel.write(request.rewind());
            if (request.hasRemaining()) { // the socket's buffer has room for thousands
                throw new IOException("The server does not read, " + (asked - complete) + " requests are under way");
            }
        }

        private void grow() {
            long[] larger = new long[2 * due.length];
            for (long i = complete; i < asked; i++) {
                larger[(int) i & larger.length - 1] = due[(int) i & due.length - 1];
            }
            due = larger;
        }

        int receive(long from, Latencies latencies) throws IOException {
            int count = channel.read(received.clear());
            if (count < 0) {
                throw new EOFException("The server has closed a connection after " + bytes + " bytes");
            }
            if (count == 0) {
                return 0;
            }
            long now = System.nanoTime();
            exchange.check(received.get(0), bytes);
            bytes += count;
            exchange.check(received.get(count - 1), bytes - 1);
            int more = Math.toIntExact(bytes / exchange.answerLength() - complete);
            if (more > asked - complete) {
                throw new IOException("Received " + bytes + " bytes as the answers to " + asked + " requests");
            }
            for (int i = 0; i < more; i++) {
                long when = due[(int) complete++ & due.length - 1];
                if (when >= from) {
                    latencies.add(now - when);
                }
            }
            return more;
        }
    }
}
