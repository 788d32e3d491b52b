/** The guarantees about loops, carriers, class loaders and resources, many of them tested in JVMs of their own. */
@NullMarked
package io.anyio.testsuite.guarantees;

import org.jspecify.annotations.NullMarked;
