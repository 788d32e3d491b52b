/** Benchmarks of TCP servers, compared with hand-written handlers: the servers, their clients, and their meters. */
@org.jspecify.annotations.NullMarked
package io.anyio.benchmarks.echo;
