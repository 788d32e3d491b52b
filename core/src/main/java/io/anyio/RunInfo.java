package io.anyio;

import io.anyio.spi.Carrier;
import java.util.Objects;
import java.util.Optional;

/**
 * What a run runs on.
 *
 * <p>AnyIO has no counterpart; {@code sniffio} tells the name of the backend only.
 *
 * @param backend the backend's name, such as {@code netty}
 * @param transport what carries its bytes, such as {@code nio}, {@code epoll} or {@code io_uring}
 * @param carrier what carries its tasks
 * @param loops how many event loops it has
 * @param shortfall why it is not what was wished for, such as a native transport that could not be loaded
 */
public record RunInfo(String backend, String transport, Carrier carrier, int loops, Optional<String> shortfall) {
    /** Nothing may be null. */
    public RunInfo {
        Objects.requireNonNull(backend, "backend");
        Objects.requireNonNull(transport, "transport");
        Objects.requireNonNull(carrier, "carrier");
        Objects.requireNonNull(shortfall, "shortfall");
    }

    /** One line, as the examples print it: {@code backend=netty transport=epoll carrier=loop loops=1}. */
    @Override
    public String toString() {
        return "backend=" + backend + " transport=" + transport + " carrier=" + carrier.label() + " loops=" + loops;
    }
}
