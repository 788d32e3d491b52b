/** Benchmarks of echo servers over TCP, compared with hand-written handlers. */
@org.jspecify.annotations.NullMarked
package io.anyio.benchmarks.echo;
