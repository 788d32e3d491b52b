/** Small programs of tasks on several loops and of foreign threads, each with its oracle, and their context. */
package io.anyio.explorer.interleave.program;
