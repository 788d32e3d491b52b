/**
 * AnyIO for Java: structured concurrency, cancellation, synchronization, streams and sockets in direct style.
 *
 * <p>Start with {@link io.anyio.AnyIO}. The event loop that runs the tasks comes from a backend
 * ({@link io.anyio.spi.BackendProvider}); the artifact {@code io.anyio:anyio-netty} brings the one on Netty.
 */
@org.jspecify.annotations.NullMarked
module io.anyio.core {
    requires static transitive org.jspecify;
    requires static java.management; // the watchdog reads the processor time of threads, where it can
    requires static org.junit.jupiter.api;
    requires static org.junit.platform.commons;

    exports io.anyio;
    exports io.anyio.net;
    exports io.anyio.resource;
    exports io.anyio.spi;
    exports io.anyio.stream;
    exports io.anyio.sync;
    exports io.anyio.task;
    exports io.anyio.testing;

    uses io.anyio.spi.BackendProvider;
    uses io.anyio.spi.ContextCarrier;

    provides io.anyio.spi.BackendProvider with
            io.anyio.testing.SimulationProvider;
}
