/**
 * What does a TCP server cost beside a hand-written handler? Also the clients that load it, and what counts its CPU
 * time.
 */
@org.jspecify.annotations.NullMarked
package io.anyio.benchmarks.echo;
