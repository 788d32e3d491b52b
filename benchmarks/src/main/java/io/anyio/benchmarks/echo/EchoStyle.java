package io.anyio.benchmarks.echo;

import io.anyio.net.SocketStream;
import io.anyio.spi.Carrier;
import java.nio.ByteBuffer;
import java.util.stream.Stream;

/** The style in which an echo server is written. */
enum EchoStyle {

    /** A task for each connection, with one buffer for all bytes received and sent. */
    ANYIO("anyio"),

    /** The shortest code: {@code stream.send(stream.receive())}. */
    ANYIO_ARRAYS("anyio-arrays"),

    /** {@link #ANYIO} with the tasks on the JDK's scheduler instead of the loop. */
    ANYIO_PORTABLE("anyio-portable"),

    /** A hand-written handler: the baseline of the other styles. */
    NETTY("netty");

    /**
     * The size of the JDK's own stream buffers; larger ones evict each other and the received bytes from the caches.
     */
    private static final int BUFFER = 8 * 1024;

    private final String label;

    EchoStyle(String label) {
        this.label = label;
    }

    static EchoStyle of(String label) {
        return Stream.of(values())
                .filter(style -> style.label.equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "Parameter style must be anyio, anyio-arrays, anyio-portable or netty, not " + label));
    }

    String label() {
        return label;
    }

    boolean isNetty() {
        return this == NETTY;
    }

    Carrier carrier() {
        return this == ANYIO_PORTABLE ? Carrier.PORTABLE : Carrier.LOOP;
    }

    /** Serves one connection to its end. Called in a task. */
    void echo(SocketStream stream) {
        if (this == ANYIO_ARRAYS) {
            while (true) {
                stream.send(stream.receive());
            }
        }
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
        while (true) {
            stream.receive(buffer);
            stream.send(buffer.flip());
            buffer.clear();
        }
    }
}
