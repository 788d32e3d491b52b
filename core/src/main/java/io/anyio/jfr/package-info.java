/**
 * The events of the library for the JDK's Flight Recorder. Not exported; the engine loads
 * {@link io.anyio.jfr.FlightRecorderTrace} by its name when the system property {@code anyio.jfr} is {@code true}, and
 * works without it. Nothing else of the library uses the module {@code jdk.jfr}.
 *
 * <p>The names of the events and of their fields are used in commands and settings of users, so they do not change.
 */
@NullMarked
package io.anyio.jfr;

import org.jspecify.annotations.NullMarked;
