/**
 * Small programs, each of which mixes two or three features, and the traces that they left on AnyIO itself.
 *
 * <p>A program is a few indented lines in words: {@code spawn child in group}, {@code move-on patience 2},
 * {@code receive q}. A trace has a line for each thing that a task did, and how it came out. Programs and traces are in
 * the resources of this package, one file for each topic. {@code GoldenTracesTest} performs them. In the other tests
 * the program is Java, with the trace of its counterpart on AnyIO behind it.
 *
 * <p>The traces were recorded on AnyIO after 4.14.2, on asyncio with an event loop whose clock jumps to the next
 * deadline when nothing is ready. Where AnyIO leaves open which of several tasks is next, because both of its backends
 * do as they like, the programs wait until the others have settled, or the lines of each task count for themselves.
 */
@NullMarked
package io.anyio.golden;

import org.jspecify.annotations.NullMarked;
