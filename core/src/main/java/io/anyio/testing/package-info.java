/**
 * Deterministic tests: a simulated backend with a virtual clock and a scheduler driven by a seed, and JUnit extensions.
 *
 * <p>Begin with {@link io.anyio.testing.SimulatedTest}. It runs a test method as a task in a
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
 * <p>{@link io.anyio.testing.AnyIOTest} runs a test on every available backend instead, in real time on all but the
 * simulation. {@link io.anyio.testing.Trail} records the order of events. The library itself does not use this package.
 */
@NullMarked
package io.anyio.testing;

import org.jspecify.annotations.NullMarked;
