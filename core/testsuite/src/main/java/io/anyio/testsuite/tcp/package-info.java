/** TCP, with plain sockets of the JDK as peers, on every transport of the backend under test. */
@NullMarked
package io.anyio.testsuite.tcp;

import org.jspecify.annotations.NullMarked;
