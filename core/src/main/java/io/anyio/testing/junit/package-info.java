/**
 * Tests with JUnit Jupiter whose methods are tasks.
 *
 * <p>{@link io.anyio.testing.junit.AnyIOTest} runs a test method, or a whole test class with its lifecycle methods, on
 * every available backend. {@link io.anyio.testing.junit.SimulatedTest} runs it in simulations with many seeds. In both
 * a method can take a {@link io.anyio.TaskGroup} and {@link io.anyio.testing.junit.TestResources} as parameters, and a
 * test fails if it leaves something open.
 *
 * <pre>{@code
 * @AnyIOTest
 * class JobsTest {
 *     @Test
 *     void aJobArrives(TaskGroup group, TestResources resources) {
 *         var jobs = resources.closeAtEnd(MemoryObjectStream.<String>create(1));
 *         group.startSoon(() -> jobs.sender().send("a job"));
 *         assertEquals("a job", jobs.receiver().receive());
 *     }
 * }
 * }</pre>
 *
 * <p>Needs JUnit's API, which is an optional dependency of the library: a project that uses these types declares it.
 */
@NullMarked
package io.anyio.testing.junit;

import org.jspecify.annotations.NullMarked;
