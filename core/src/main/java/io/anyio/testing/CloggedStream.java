package io.anyio.testing;

import io.anyio.AnyIO;
import io.anyio.Timeouts;
import io.anyio.stream.ByteSendStream;
import java.nio.ByteBuffer;
import java.time.Duration;

/** Fills a stream whose other end does not receive, until a send waits. */
final class CloggedStream {
    /** More than any stream should accept without a receiver. */
    private static final int LIMIT = 64 << 20;

    private static final int CHUNK = 1 << 18;
    private static final int LEAST = 1 << 10;
    private static final int MOST = 1 << 20;

    /** The time after which a send that makes no progress waits for the receiver. */
    private static final Duration STALL = Duration.ofMillis(50);

    private CloggedStream() {}

    /** Sends the sequence of {@link TestBytes} from its begin, and returns how many bytes were accepted. */
    static long fill(ByteSendStream sender) {
        long sent = 0;
        int stalls = 0;
        while (stalls < 2) {
            ByteBuffer chunk = ByteBuffer.wrap(TestBytes.range(sent, CHUNK));
            Timeouts.moveOnAfter(STALL, () -> sender.send(chunk));
            sent += chunk.position();
            AnyIO.checkpoint();
            stalls = chunk.position() == 0 ? stalls + 1 : 0;
            Expect.that(
                    sent <= LIMIT,
                    "Expected send to wait while nothing is received, but it has accepted " + sent + " bytes");
        }
        return sent;
    }

    /** Returns the next bytes of the sequence: more than the room that a clogged stream may still find. */
    static byte[] more(long sent) {
        return TestBytes.range(sent, Math.clamp(sent, LEAST, MOST));
    }
}
