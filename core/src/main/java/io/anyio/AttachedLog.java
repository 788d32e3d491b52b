package io.anyio;

import java.lang.System.Logger.Level;

/** What an attached run reports to its operator. */
final class AttachedLog {
    private AttachedLog() {}

    /** A task has failed, and nothing waits for its outcome. Called by the task, at its end. */
    static void failed(String name, Throwable failure) {
        TaskLoop.LOG.log(
                Level.WARNING,
                () -> "Task '" + name + "' of an attached runtime failed, and nothing waited for its future at that"
                        + " moment. Handle failures in the task, or add a handler, such as whenComplete, to the future",
                failure);
    }

    /** The event loops were shut down before the run was closed. Called on a thread that the tasks need. */
    static void loopsEnded() {
        TaskLoop.LOG.logElsewhere( // an appender may wait for one of the tasks
                Level.WARNING,
                () -> "The event loops were shut down under an attached runtime that is still open. The runtime takes"
                        + " no new tasks and cancels those that live. Close it before you shut its event loops down");
    }
}
