/** Tables, and figures for pictures, made from JMH's results. */
@org.jspecify.annotations.NullMarked
package io.anyio.benchmarks.report;
