/**
 * Benchmarks of TCP servers, compared with hand-written handlers; also the clients that load them, and the meters of
 * their CPU time.
 */
@org.jspecify.annotations.NullMarked
package io.anyio.benchmarks.echo;
