/** What benchmarks of TCP servers share: the clients, the meters, and the turns that two servers take. */
@org.jspecify.annotations.NullMarked
package io.anyio.benchmarks.server;
