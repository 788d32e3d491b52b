package io.anyio.spi;

/**
 * Picks the next task among several ready ones, instead of first come, first served. For simulations.
 *
 * <p>AnyIO has no counterpart.
 */
@FunctionalInterface
public interface SchedulingPolicy {

    /** Returns the next task as a number from 0 to {@code ready - 1}, in no order. Called by one thread at a time. */
    int pick(int ready);
}
