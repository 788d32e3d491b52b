package io.anyio;

import io.anyio.spi.Backend;
import io.anyio.spi.BackendOptions;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Starts a run and waits for its end on the calling thread. */
final class Runs {
    private Runs() {}

    static <T extends @Nullable Object> T execute(Class<?> main, BackendOptions options, ValueBlock<T, ?> code) {
        Objects.requireNonNull(options, "options");
        Task current = Task.currentOrNull();
        if (current != null) {
            throw new IllegalStateException("Task '" + current.name() + "' already runs on the backend '"
                    + current.run().backend().name()
                    + "'; call the code directly, or start it in a TaskGroup, instead of running another loop");
        }
        Backend backend = options.open();
        Run run;
        try {
            run = new Run(backend);
        } catch (Throwable t) { // the backend must not stay open
            backend.close();
            throw t;
        }
        try {
            var _ = run.prepare(TaskNames.of(main), code);
            run.begin();
            run.await();
        } finally {
            run.close();
        }
        return Unchecked.cast(run.outcome());
    }
}
