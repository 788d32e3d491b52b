/**
 * AnyIO for Java: structured concurrency, cancellation, synchronization, streams and sockets for virtual threads, in
 * direct style.
 *
 * <p>Begin with {@link io.anyio}, whose entry point is {@link io.anyio.AnyIO#run AnyIO.run}. The other packages are:
 *
 * <ul>
 *   <li>{@link io.anyio.task}: concurrent work without an explicit task group
 *   <li>{@link io.anyio.sync}: locks, semaphores, events and other primitives
 *   <li>{@link io.anyio.stream}: streams of bytes and objects, and streams between tasks
 *   <li>{@link io.anyio.net}: TCP
 *   <li>{@link io.anyio.thread}: worker threads, and portals for threads outside of a run
 *   <li>{@link io.anyio.future}: futures, executors and reactive streams of the JDK
 *   <li>{@link io.anyio.select}: waiting for the first of several operations
 *   <li>{@link io.anyio.resource}: resource guards and the exceptions of streams
 *   <li>{@link io.anyio.diagnostics}: numbers of a run, and reports of the watchdog
 *   <li>{@link io.anyio.lowlevel}: building blocks for implementers of primitives and backends
 *   <li>{@link io.anyio.testing}: deterministic tests in virtual time, and contracts for implementers
 *   <li>{@link io.anyio.testing.junit}: tests with JUnit whose methods are tasks
 *   <li>{@link io.anyio.jdk}: the backend on the JDK alone
 *   <li>{@link io.anyio.spi}: the interfaces that a backend implements
 * </ul>
 *
 * <p>A backend ({@link io.anyio.spi.BackendProvider}) provides the event loops that run the tasks. This module contains
 * the one on the JDK; the artifact {@code io.anyio:anyio-netty} contains the one on Netty.
 */
@org.jspecify.annotations.NullMarked
module io.anyio.core {
    requires static transitive org.jspecify;
    requires static java.management; // the watchdog reads the processor time of threads, where it can
    requires static jdk.jfr; // the events for the Flight Recorder, where they are wanted
    requires static org.junit.jupiter.api;
    requires static org.junit.platform.commons;

    exports io.anyio;
    exports io.anyio.diagnostics;
    exports io.anyio.future;
    exports io.anyio.jdk;
    exports io.anyio.lowlevel;
    exports io.anyio.net;
    exports io.anyio.resource;
    exports io.anyio.select;
    exports io.anyio.spi;
    exports io.anyio.stream;
    exports io.anyio.sync;
    exports io.anyio.task;
    exports io.anyio.testing;
    exports io.anyio.testing.junit;
    exports io.anyio.thread;

    uses io.anyio.spi.BackendProvider;
    uses io.anyio.spi.ContextPropagator;

    provides io.anyio.spi.BackendProvider with
            io.anyio.jdk.JdkBackendProvider,
            io.anyio.testing.SimulationProvider;
}
