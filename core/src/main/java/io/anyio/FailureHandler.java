package io.anyio;

/**
 * Code that handles some of the failures that a block throws. See {@link Failures#catching}.
 *
 * <p>AnyIO: the body of an {@code except*} clause.
 */
@FunctionalInterface
public interface FailureHandler<F> {

    /** Handles the failure. The block throws exceptions of this method in a group. */
    void handle(F failure) throws Exception;
}
