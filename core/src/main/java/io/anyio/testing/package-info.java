/**
 * Deterministic tests: a simulated backend with a virtual clock and a scheduler driven by a seed, JUnit extensions, and
 * contracts for implementers.
 *
 * <p>Begin with {@link io.anyio.testing.junit.SimulatedTest}. It runs a test method as a task in a
 * {@link io.anyio.testing.Simulation}, where an hour of sleep takes no time and each seed tries another order of tasks:
 *
 * <pre>{@code
 * @SimulatedTest(seeds = 200)
 * void theEventWakesTheTask() {
 *     var event = Event.create();
 *     TaskGroup.run(group -> {
 *         group.startSoon(() -> event.await());
 *         AnyIO.sleep(Duration.ofHours(1));
 *         event.set();
 *     });
 * }
 * }</pre>
 *
 * <p>{@link io.anyio.testing.junit.AnyIOTest} runs a test on every available backend instead, in real time on all but
 * the simulation. {@link io.anyio.testing.Trail} records the order of events. The library itself does not use this
 * package.
 *
 * <p>An implementer of a stream, a listener or a backend verifies it with a contract:
 * {@link io.anyio.testing.ByteStreamContract}, {@link io.anyio.testing.ObjectStreamContract},
 * {@link io.anyio.testing.ListenerContract} or {@link io.anyio.testing.BackendContract}. Each is a list of
 * {@linkplain io.anyio.testing.ContractCheck checks} with names, and needs no test framework.
 */
@NullMarked
package io.anyio.testing;

import org.jspecify.annotations.NullMarked;
