package io.anyio;

import io.anyio.internal.Run;
import io.anyio.spi.Backend;
import io.anyio.spi.Carrier;
import java.util.Objects;
import java.util.Optional;

/**
 * The backend, the transport and the carrier of a run.
 *
 * <p>AnyIO has no counterpart; {@code sniffio} tells the name of the backend only.
 *
 * @param backend the name of the backend, such as {@code netty}
 * @param transport the network transport, such as {@code nio}, {@code epoll} or {@code io_uring}
 * @param carrier the carrier of its tasks
 * @param loops the number of its event loops
 * @param shortfall why the run differs from the requested options, such as a native transport that could not be loaded;
 *     empty if it does not
 */
public record RunInfo(String backend, String transport, Carrier carrier, int loops, Optional<String> shortfall) {
    /** Creates a description. No component may be null. */
    public RunInfo {
        Objects.requireNonNull(backend, "backend");
        Objects.requireNonNull(transport, "transport");
        Objects.requireNonNull(carrier, "carrier");
        Objects.requireNonNull(shortfall, "shortfall");
    }

    static RunInfo of(Run run) {
        Backend backend = run.backend();
        return new RunInfo(
                backend.name(), backend.transport(), run.carrier(), run.loops().size(), backend.shortfall());
    }

    /** Returns one line: {@code backend=netty transport=epoll carrier=loop loops=1}. */
    @Override
    public String toString() {
        return "backend=" + backend + " transport=" + transport + " carrier=" + carrier.label() + " loops=" + loops;
    }
}
