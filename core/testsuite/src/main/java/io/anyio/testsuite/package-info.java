/**
 * The tests that every backend must pass, on each of its transports and on both carriers.
 *
 * <p>A backend provides a {@link io.anyio.testsuite.BackendUnderTest}; netty-backend's {@code NettyUnderTest} is the
 * model. The tests with {@code @AnyIOTest} also run on the simulation.
 */
@NullMarked
package io.anyio.testsuite;

import org.jspecify.annotations.NullMarked;
