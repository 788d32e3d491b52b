/**
 * Small programs, each of which combines two or three features, and the traces that they produced on AnyIO itself.
 *
 * <p>A program consists of indented lines of words: {@code spawn child in group}, {@code move-on patience 2},
 * {@code receive q}. A trace has a line for each action of a task, with its outcome. Programs and traces are in the
 * resources of this package, one file for each topic; {@code GoldenTracesTest} runs them. In the other tests the
 * program is written in Java, followed by the trace of its counterpart on AnyIO.
 *
 * <p>The traces were recorded on AnyIO after 4.14.2, on asyncio with an event loop whose clock jumps to the next
 * deadline when nothing is ready. AnyIO does not define which of several ready tasks runs next, and its backends
 * differ. There, the programs wait until the others have settled, or the lines of each task are compared separately.
 */
@NullMarked
package io.anyio.testsuite.golden;

import org.jspecify.annotations.NullMarked;
