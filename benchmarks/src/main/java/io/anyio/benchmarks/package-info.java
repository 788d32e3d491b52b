/** Benchmarks of the library, each with a baseline that does the same by the plain means of the JDK or of Netty. */
@org.jspecify.annotations.NullMarked
package io.anyio.benchmarks;
