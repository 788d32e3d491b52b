package io.anyio.internal;

import org.jspecify.annotations.Nullable;

/** A platform thread that runs the tasks of a loop on the loop carrier, and the task that is mounted on it. */
final class TaskRunner {
    /*
     * `mounted` is plain although any thread reads it, because a volatile field would cost a fence with each switch.
     * The thread itself, and a task that runs on it, read the value that the thread has written. Any other thread may
     * read an earlier task or null; such a thread compares the task's thread with itself, or reads twice.
     */

    final Thread thread;

    @Nullable
    Task mounted; // written by the thread, read by any thread: see above

    TaskRunner(Thread thread) {
        this.thread = thread;
    }
}
