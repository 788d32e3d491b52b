/**
 * What moves bytes and objects: the interfaces of streams and listeners, and streams between the tasks of one program.
 */
@NullMarked
package io.anyio.stream;

import org.jspecify.annotations.NullMarked;
