package io.anyio.strangers;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A server with the few commands of Redis that a client needs to connect, and PING, SET and GET. */
final class SmallRedis implements AutoCloseable {
    private final Map<String, String> values = new ConcurrentHashMap<>();
    private final ServerSocket server;

    SmallRedis() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofPlatform().daemon().name("redis").start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                Thread.ofPlatform().daemon().name("redis-connection").start(() -> serve(socket));
            }
        } catch (IOException closed) {
            // the end of the test
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(socket.getInputStream());
            OutputStream out = socket.getOutputStream();
            for (List<String> command = read(in); !command.isEmpty(); command = read(in)) {
                out.write(answer(command).getBytes(StandardCharsets.UTF_8));
                out.flush();
            }
        } catch (IOException gone) {
            // the client has closed the connection
        }
    }

    private String answer(List<String> command) {
        return switch (command.getFirst().toUpperCase(Locale.ROOT)) {
            case "HELLO" -> "%1\r\n$5\r\nproto\r\n:3\r\n";
            case "CLIENT" -> "+OK\r\n";
            case "PING" -> "+PONG\r\n";
            case "SET" -> {
                values.put(command.get(1), command.get(2));
                yield "+OK\r\n";
            }
            case "GET" -> {
                String value = values.get(command.get(1));
                yield value == null
                        ? "_\r\n"
                        : "$" + value.getBytes(StandardCharsets.UTF_8).length + "\r\n" + value + "\r\n";
            }
            default -> "-ERR unknown command\r\n";
        };
    }

    /** Reads an array of strings; an empty one is the end. */
    private static List<String> read(InputStream in) throws IOException {
        String line = line(in);
        List<String> words = new ArrayList<>();
        if (!line.isEmpty()) {
            for (int rest = Integer.parseInt(line.substring(1)); rest > 0; rest--) {
                byte[] word = in.readNBytes(Integer.parseInt(line(in).substring(1)));
                words.add(new String(word, StandardCharsets.UTF_8));
                in.skipNBytes(2);
            }
        }
        return words;
    }

    private static String line(InputStream in) throws IOException {
        var line = new StringBuilder();
        for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
