/** Generates {@code docs/conformance.md} from the marks on the tests and their results, and checks the page. */
@NullMarked
package io.anyio.conformance;

import org.jspecify.annotations.NullMarked;
