/** Small programs of tasks on several loops and of foreign threads, each with its oracle, and what they play on. */
package io.anyio.explorer.interleave.program;
