package io.anyio.junit;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;
import org.junit.platform.testkit.engine.Events;

/** The execution of a test class by JUnit, and what its methods have noted. */
final class Execution {
    private static final ConcurrentLinkedQueue<String> NOTES = new ConcurrentLinkedQueue<>();

    private final EngineExecutionResults results;
    private final List<String> notes;

    private Execution(EngineExecutionResults results, List<String> notes) {
        this.results = results;
        this.notes = notes;
    }

    /** Executes the tests of a class on the backends {@code jdk} and {@code simulation}. */
    static Execution of(Class<?> type) {
        return with(Map.of(), "jdk,simulation", type);
    }

    /** Executes the tests of a class on some backends. */
    static Execution on(String backends, Class<?> type) {
        return with(Map.of(), backends, type);
    }

    /** Executes the tests of a class with parameters of JUnit. */
    static Execution with(Map<String, String> parameters, String backends, Class<?> type) {
        return withProperty("anyio.test.backends", backends, () -> {
            NOTES.clear();
            EngineExecutionResults results = EngineTestKit.engine("junit-jupiter")
                    .selectors(selectClass(type))
                    .configurationParameters(parameters)
                    .execute();
            return new Execution(results, List.copyOf(NOTES));
        });
    }

    /** Calls {@code code} while a system property has a value, or none for null. */
    static <T> T withProperty(String name, String value, Supplier<T> code) {
        String before = System.getProperty(name);
        set(name, value);
        try {
            return code.get();
        } finally {
            set(name, before);
        }
    }

    private static void set(String name, String value) {
        if (value == null) {
            System.clearProperty(name);
        } else {
            System.setProperty(name, value);
        }
    }

    /** Called by the methods of the executed class. */
    static void note(String text) {
        NOTES.add(text);
    }

    /** Returns what was noted, in order. */
    List<String> notes() {
        return notes;
    }

    Events tests() {
        return results.testEvents();
    }

    Events containers() {
        return results.containerEvents();
    }

    /** Returns the failures of the tests, in order. */
    List<Throwable> failures() {
        return failures(results.testEvents());
    }

    /** Returns the failures of classes and of methods with several invocations. */
    List<Throwable> containerFailures() {
        return failures(results.containerEvents());
    }

    private static List<Throwable> failures(Events events) {
        return finished(events)
                .filter(result -> result.getStatus() == Status.FAILED)
                .map(result -> result.getThrowable().orElseThrow())
                .toList();
    }

    private static Stream<TestExecutionResult> finished(Events events) {
        return events.finished().stream().map(event -> event.getRequiredPayload(TestExecutionResult.class));
    }

    /** Returns the only failure. */
    Throwable failure() {
        List<Throwable> all =
                Stream.concat(failures().stream(), containerFailures().stream()).toList();
        if (all.size() != 1) {
            throw new AssertionError("Expected one failure, not " + all);
        }
        return all.getFirst();
    }

    /** Throws the first failure, if there is one. */
    Execution succeeded() {
        Stream.concat(failures().stream(), containerFailures().stream())
                .findFirst()
                .ifPresent(failure -> {
                    throw new AssertionError("Expected no failure", failure);
                });
        return this;
    }

    /** Returns the display names of the tests that were started, in order. */
    List<String> names() {
        return tests().started().stream()
                .map((Event event) -> event.getTestDescriptor().getDisplayName())
                .toList();
    }
}
