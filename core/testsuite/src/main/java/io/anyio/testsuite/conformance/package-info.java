/** Generates and checks {@code docs/reference/conformance.md} from the marks on the tests and from their results. */
@NullMarked
package io.anyio.testsuite.conformance;

import org.jspecify.annotations.NullMarked;
