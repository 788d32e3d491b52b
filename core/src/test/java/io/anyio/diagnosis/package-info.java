/**
 * What dumps and reports show of code that uses the library. In a package of its own: frames in those of the library
 * are not shown.
 */
@NullMarked
package io.anyio.diagnosis;

import org.jspecify.annotations.NullMarked;
