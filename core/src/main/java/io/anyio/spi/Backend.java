package io.anyio.spi;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The event loops and the network of one run.
 *
 * <p>The engine calls {@link #start} once, uses the loops until every task has ended, and then calls {@link #close}
 * once from the thread that waits for the run, never from a loop. All other methods may be called from any thread.
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

    /** Called once with the engine's view of the run, when the first task is ready. */
    default void start(EngineView engine) {}

    /**
     * Releases the resources of the backend. Called once, also after a failure. A healthy backend must not throw here.
     */
    void close();
}
