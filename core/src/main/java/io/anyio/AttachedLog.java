package io.anyio;

import io.anyio.internal.EngineLog;
import java.lang.System.Logger.Level;

/** The log messages of an attached run. */
final class AttachedLog {
    private AttachedLog() {}

    /** Reports that a task has failed and that nothing waits for its outcome. Called by the task, at its end. */
    static void failed(String name, Throwable failure) {
        EngineLog.LOG.log(
                Level.WARNING,
                () -> "Task '" + name + "' of an attached runtime failed, and nothing waited for its future at that"
                        + " moment. Handle failures in the task, or add a handler, such as whenComplete, to the future",
                failure);
    }

    /** Reports that a handler of failures has failed. Called by the task, after {@link #failed}. */
    static void handlerFailed(String name, Throwable failure) {
        EngineLog.LOG.log(
                Level.WARNING,
                () -> "The failure handler of an attached runtime failed for task '" + name
                        + "'. The failure of the task was logged before. Correct the handler",
                failure);
    }

    /** Reports that the event loops were shut down before the run was closed. Called on a thread that tasks need. */
    static void loopsEnded() {
        EngineLog.LOG.logElsewhere( // an appender may wait for one of the tasks
                Level.WARNING,
                () -> "The event loops were shut down under an attached runtime that is still open. The runtime takes"
                        + " no new tasks and cancels those that live. Close it before you shut its event loops down");
    }
}
