/** What the results of JMH are made into: tables, and the figures for pictures. */
@org.jspecify.annotations.NullMarked
package io.anyio.benchmarks.report;
