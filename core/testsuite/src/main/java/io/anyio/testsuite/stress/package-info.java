/**
 * Stress tests with real parallelism: tasks on several loops, and threads that are not tasks, use the same primitive.
 * Short in every build, long under {@code -Pstress}.
 */
@NullMarked
package io.anyio.testsuite.stress;

import org.jspecify.annotations.NullMarked;
