/** What moves bytes: the interfaces of streams and listeners, whatever carries them. */
@NullMarked
package io.anyio.stream;

import org.jspecify.annotations.NullMarked;
