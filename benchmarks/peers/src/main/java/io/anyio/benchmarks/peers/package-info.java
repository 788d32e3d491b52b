/** HTTP servers of other libraries, each the program of a JVM of its own. */
@org.jspecify.annotations.NullMarked
package io.anyio.benchmarks.peers;
