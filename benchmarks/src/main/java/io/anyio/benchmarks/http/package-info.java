/** Benchmarks of HTTP servers, compared with hand-written handlers on the same codec and with other libraries. */
@org.jspecify.annotations.NullMarked
package io.anyio.benchmarks.http;
