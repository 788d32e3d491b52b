/**
 * What can be used up, closed or broken: the guard against two users at once, and the closed vocabulary of stream
 * failures.
 */
@NullMarked
package io.anyio.resource;

import org.jspecify.annotations.NullMarked;
