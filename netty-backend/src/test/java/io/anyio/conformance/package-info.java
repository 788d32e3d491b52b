/** Makes {@code docs/conformance.md} from the marks on the tests and from how the tests went, and holds it to that. */
@NullMarked
package io.anyio.conformance;

import org.jspecify.annotations.NullMarked;
