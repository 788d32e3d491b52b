package io.anyio.testsuite.conformance;

import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;

/**
 * Records the outcome of each marked test on each backend; the marks register it. After the last test of the JVM, the
 * records are written to a file below {@code target}, one for each carrier.
 */
public final class Recorder implements TestWatcher {

    /** For JUnit. */
    public Recorder() {}

    @Override
    public void testSuccessful(ExtensionContext context) {
        record(context, Results.Outcome.PASSED);
    }

    @Override
    public void testFailed(ExtensionContext context, @Nullable Throwable cause) {
        record(context, Results.Outcome.FAILED);
    }

    @Override
    public void testAborted(ExtensionContext context, @Nullable Throwable cause) {
        record(context, Results.Outcome.SKIPPED);
    }

    @Override
    public void testDisabled(ExtensionContext context, Optional<String> reason) {
        record(context, Results.Outcome.SKIPPED);
    }

    private static void record(ExtensionContext context, Results.Outcome outcome) {
        Method method = context.getRequiredTestMethod();
        var test = new TestId(method.getDeclaringClass().getName(), method.getName());
        notes(context).results.note(test, Column.of(context.getDisplayName(), method), outcome);
    }

    private static Notes notes(ExtensionContext context) {
        return context.getRoot()
                .getStore(ExtensionContext.Namespace.create(Recorder.class))
                .computeIfAbsent(Notes.class, _ -> new Notes(), Notes.class);
    }

    /** The records of this JVM, which JUnit closes at the end. */
    private static final class Notes implements AutoCloseable {
        private final Results results = new Results();

        @Override
        public void close() {
            String carrier = System.getProperty("anyio.test.carrier");
            if (carrier != null) { // otherwise this is not a run of the build
                results.write(folder().resolve(carrier + ".txt"));
            }
        }
    }

    /** Returns the folder that keeps the records between the runs on the two carriers and the check. */
    static Path folder() {
        return Path.of(System.getProperty("basedir", ""), "target", "conformance");
    }
}
