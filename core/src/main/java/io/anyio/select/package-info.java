/**
 * Waiting for the first of several operations.
 *
 * <p>{@link io.anyio.select.Select} waits; a {@link io.anyio.select.SelectClause} describes one of the operations, such
 * as {@code stream.onReceive()} or {@code event.onSet()}.
 *
 * <pre>{@code
 * String what = Select.first(
 *         inbox.onReceive().then(item -> "got " + item),
 *         Select.after(Duration.ofSeconds(1)).then(_ -> "nothing for a second"));
 * }</pre>
 */
@NullMarked
package io.anyio.select;

import org.jspecify.annotations.NullMarked;
