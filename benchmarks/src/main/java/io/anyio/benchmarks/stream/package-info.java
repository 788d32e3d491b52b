/** What does it cost to pass an item on through a memory object stream? */
@org.jspecify.annotations.NullMarked
package io.anyio.benchmarks.stream;
