package io.anyio;

/**
 * Code that deals with some of the failures that left a block. See {@link Failures#catching}.
 *
 * <p>AnyIO: the body of an {@code except*} clause.
 */
@FunctionalInterface
public interface FailureHandler<F> {

    /** Deals with it. What this throws leaves the block in a group. */
    void handle(F failure) throws Exception;
}
