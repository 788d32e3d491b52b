/**
 * The machine that hunts for races inside the engine: threads that switch at every volatile access, by seed.
 *
 * <ul>
 *   <li>{@code EngineLoader}, {@code Points}, {@code Hooks}: the engine's classes with scheduling points in them.
 *   <li>{@code Interleaving}, {@code Schedule}, {@code Trace}: one execution, who goes on, and what happened. A
 *       {@code Strand} is a thread: a {@code Fiber}, or a {@code PlatformStrand} for the loop carrier.
 *   <li>{@code program}: what is executed. Each static method of a class called {@code ...Programs} is a program; it
 *       plays on a {@code Stage}, fails when something is wrong, and must not look at the real clock.
 *   <li>{@code PlantedFaults}, {@code Fault}, {@code Edits}: mistakes that the programs must find.
 * </ul>
 *
 * Why so: {@code docs/adr/0007-interleavings-by-seed.md}.
 */
package io.anyio.explorer.interleave;
