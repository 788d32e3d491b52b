package io.anyio.spi;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The event loops and the network of one run.
 *
 * <p>The engine calls {@link #start} once, then uses the loops until every task has ended, then calls {@link #close}
 * once from the thread that waits for the run (never from a loop). All other methods may be called from any thread.
 *
 * <p>AnyIO: {@code AsyncBackend}, of which this is the small part that differs.
 */
public interface Backend {

    /** The name users know this backend by, such as {@code netty}. */
    String name();

    /** What carries its bytes, such as {@code nio} or {@code epoll}; {@code memory} or {@code none} where that fits. */
    String transport();

    /** The loops of this run: at least one, always the same list. */
    List<? extends LoopPort> loops();

    /** The clock that deadlines are measured on. */
    Clock clock();

    /** The network, or empty where this backend has none. */
    Optional<Network> network();

    /** The carrier that the options ask for, or {@code null} to take the best one that this JVM allows. */
    default @Nullable Carrier carrier() {
        return null;
    }

    /** Why something that the options asked for could not be had, such as a native transport; empty where all could. */
    default Optional<String> shortfall() {
        return Optional.empty();
    }

    /** Whether spawn sites, cancellation origins and slow tasks are recorded, at a price. */
    default boolean debug() {
        return false;
    }

    /** How the next task is picked among the ready ones, or {@code null} for first come, first served. */
    default @Nullable ReadyPolicy readyPolicy() {
        return null;
    }

    /**
     * Whether its clock is virtual, so that the watchdog must not compare it with real time. The engine then keeps the
     * counts that {@link EngineView} gives.
     */
    default boolean virtualTime() {
        return readyPolicy() != null;
    }

    /** Called once, when the first task is ready, with the engine's own side. */
    default void start(EngineView engine) {}

    /** Releases what the backend owns. Called once, also after a failure; must not throw for a healthy backend. */
    void close();
}
