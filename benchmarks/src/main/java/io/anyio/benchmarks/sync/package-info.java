/** What do locks, limits and signals cost, where nobody waits, where many wait, and from hand to hand? */
@org.jspecify.annotations.NullMarked
package io.anyio.benchmarks.sync;
