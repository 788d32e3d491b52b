package io.anyio.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.anyio.net.SocketStream;
import io.anyio.stream.EndOfStreamException;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/** Splits the bytes that a stream receives into lines. */
final class LineReader {
    /** The maximum length of a line in bytes; longer lines are cut. */
    private static final int LONGEST_LINE = 4096;

    private final SocketStream stream;
    private byte[] chunk = {};
    private int at;

    LineReader(SocketStream stream) {
        this.stream = stream;
    }

    /** Returns the next line without its end, or null at the end of the stream. */
    @Nullable
    String next() {
        var line = new ByteArrayOutputStream();
        try {
            while (true) {
                while (at < chunk.length) {
                    byte next = chunk[at++];
                    if (next == '\n') {
                        return text(line);
                    }
                    if (line.size() < LONGEST_LINE) {
                        line.write(next);
                    }
                }
                chunk = stream.receive();
                at = 0;
            }
        } catch (EndOfStreamException end) {
            return line.size() == 0 ? null : text(line);
        }
    }

    /** Replaces control characters, which could garble the terminals of other clients. */
    private static String text(ByteArrayOutputStream line) {
        return line.toString(UTF_8).replaceAll("\\p{Cc}", " ").strip();
    }
}
