/**
 * Small programs under many interleavings, each with an oracle, and generated ones against a model; see
 * docs/explorer.md.
 */
@NullMarked
package io.anyio.explorer;

import org.jspecify.annotations.NullMarked;
