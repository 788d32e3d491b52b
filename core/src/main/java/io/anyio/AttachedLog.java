package io.anyio;

import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/** What an attached run reports to its operator. A logger that fails, fails alone. */
final class AttachedLog {
    private AttachedLog() {}

    /** A task has failed, and nothing waits for its outcome. Called by the task, at its end. */
    static void failed(String name, Throwable failure) {
        log(
                "Task '" + name + "' of an attached runtime failed, and nothing waited for its future at that moment."
                        + " Handle failures in the task, or add a handler, such as whenComplete, to the future",
                failure);
    }

    /** The event loops were shut down before the run was closed. Called on a thread that the tasks need. */
    static void loopsEnded() {
        try {
            // on a thread of its own: an appender may wait for one of the tasks
            Thread.ofPlatform()
                    .name("anyio-report")
                    .daemon()
                    .start(() -> log(
                            "The event loops were shut down under an attached runtime that is still open. The runtime takes"
                                    + " no new tasks and cancels those that live. Close it before you shut its event loops"
                                    + " down",
                            null));
        } catch (Throwable noThread) { // out of threads; the tasks matter more
        }
    }

    private static void log(String message, @Nullable Throwable failure) {
        try {
            TaskLoop.LOG.log(Level.WARNING, message, failure);
        } catch (Throwable loggerFailed) {
            System.err.println(
                    message + (failure == null ? "" : ": " + failure) + " (not logged: " + loggerFailed + ")");
        }
    }
}
