/** What do tasks cost beside bare virtual threads on the same loop? */
@org.jspecify.annotations.NullMarked
package io.anyio.benchmarks.engine;
