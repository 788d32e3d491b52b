package io.anyio.examples.preview;

import io.anyio.Interruptible;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.StructuredTaskScope;
import java.util.concurrent.StructuredTaskScope.Joiner;

/** The JDK's structured task scopes inside a task, for code that computes or blocks and should run in parallel. */
final class PreviewScopes {
    private PreviewScopes() {}

    /**
     * Returns the results of all, or throws the first failure. The code runs on threads of the JDK, which are not
     * tasks. A checkpoint: a cancellation interrupts the wait, and leaving the scope interrupts the threads.
     */
    static <T> List<T> all(List<Callable<T>> code) throws InterruptedException {
        try (var scope = StructuredTaskScope.open(Joiner.<T>allSuccessfulOrThrow())) {
            for (Callable<T> each : code) {
                scope.fork(each);
            }
            return Interruptible.call(scope::join)
                    .map(StructuredTaskScope.Subtask::get)
                    .toList();
        }
    }
}
