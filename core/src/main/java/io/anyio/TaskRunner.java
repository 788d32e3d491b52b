package io.anyio;

import org.jspecify.annotations.Nullable;

/** A platform thread that runs the tasks of a loop on the loop carrier, and the task that is mounted on it. */
final class TaskRunner {
    /*
     * Why `mounted` is plain, although any thread reads it: a volatile one would cost a fence with each switch. A task that
     * runs on this thread, and the thread itself, read what the thread has written. Any other thread may read a task of any
     * age, or null; it compares the task's thread with itself, or looks twice.
     */

    final Thread thread;

    @Nullable
    Task mounted; // written by the thread, read by any: see above

    TaskRunner(Thread thread) {
        this.thread = thread;
    }
}
