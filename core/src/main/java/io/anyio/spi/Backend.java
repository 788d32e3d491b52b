package io.anyio.spi;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The event loops and the network of one run.
 *
 * <p>The engine calls {@link #start} once, uses the loops until every task has ended, and then calls {@link #close}
 * once; {@link #close} says on which thread. All other methods may be called from any thread.
 *
 * <p>AnyIO: {@code AsyncBackend}, of which this is the small part that differs between backends.
 */
public interface Backend {

    /** Returns the name of this backend for users, such as {@code netty}. */
    String name();

    /** Returns the name of its transport, such as {@code nio} or {@code epoll}; also {@code memory} or {@code none}. */
    String transport();

    /** Returns the loops of this run: at least one, and the same list in each call. */
    List<? extends LoopDriver> loops();

    /** Returns the clock that deadlines are measured on. */
    Clock clock();

    /** Returns the network, or empty if this backend has none. */
    Optional<Network> network();

    /** Returns the carrier that the options ask for, or {@code null} for the best one that this JVM allows. */
    default @Nullable Carrier carrier() {
        return null;
    }

    /** Returns why an option is not fulfilled, such as a native transport that is not available; empty if all are. */
    default Optional<String> shortfall() {
        return Optional.empty();
    }

    /** Whether the run records where tasks are started and cancelled, and which tasks are slow, at some cost. */
    default boolean debug() {
        return false;
    }

    /** Returns the policy that picks the next ready task, or {@code null} for first come, first served. */
    default @Nullable SchedulingPolicy schedulingPolicy() {
        return null;
    }

    /**
     * Whether its clock is virtual. Then the watchdog does not compare it with real time, and the engine keeps the
     * counts that {@link EngineView} reports.
     */
    default boolean virtualTime() {
        return schedulingPolicy() != null;
    }

    /**
     * Returns the number of buffers that are in use at this moment. When no stream is open and nothing is being sent,
     * it is zero; a test verifies that.
     */
    default int buffersInUse() {
        return 0;
    }

    /**
     * Records from now on where buffers are acquired, so that a test can say where one was that has been lost.
     *
     * @return returns the places of those in use, as stack traces; none if the backend does not record them
     */
    default Supplier<List<Throwable>> recordBuffers() {
        return List::of;
    }

    /** Called once with the engine's view of the run, when the first task is ready. */
    default void start(EngineView engine) {}

    /**
     * Releases the resources of the backend, including sockets that tasks have left open. Called once, also after a
     * failure, by the thread that waits for the run. That thread may be interrupted; the method must complete
     * nevertheless. For a run of {@code AttachedRun} the last task calls it, perhaps on a loop of the backend; then it
     * must not wait. A healthy backend must not throw here.
     */
    void close();
}
