/**
 * A search for races inside the engine: threads are switched at volatile accesses, by seed.
 *
 * <ul>
 *   <li>{@code InterleavedEngine}, {@code Instrumenter}, {@code Hooks}: the engine's classes with scheduling points in
 *       them.
 *   <li>{@code Interleaving}, {@code Schedule}, {@code Trace}: one execution, the choice of the next thread, and what
 *       happened. Its threads are {@code ControlledThread}s: virtual ones, or platform threads on the loop carrier.
 *   <li>{@code program}: what is executed. Each static method of a class called {@code ...Programs} is a program; it
 *       takes a {@code ProgramContext}, fails when something is wrong, and must not look at the real clock.
 *   <li>{@code InterleavingMutants}: mistakes that the programs must find.
 * </ul>
 *
 * <p>The reasons: {@code docs/adr/0007-interleavings-by-seed.md}.
 */
package io.anyio.explorer.interleave;
