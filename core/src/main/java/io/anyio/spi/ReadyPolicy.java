package io.anyio.spi;

/**
 * Picks the next task among several ready ones, in place of first come, first served. For simulations.
 *
 * <p>AnyIO has no counterpart.
 */
@FunctionalInterface
public interface ReadyPolicy {

    /**
     * The number of the task to run next, from 0 to {@code ready - 1}, in no special order. Called by one thread at a
     * time.
     */
    int pick(int ready);
}
