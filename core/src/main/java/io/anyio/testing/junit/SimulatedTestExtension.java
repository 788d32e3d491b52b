package io.anyio.testing.junit;

import io.anyio.testing.Simulation;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;
import org.junit.jupiter.api.extension.TestWatcher;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Runs a {@link SimulatedTest} once for each seed, until one fails.
 *
 * <p>AnyIO has no counterpart.
 */
@SuppressWarnings("exports") // only tests need JUnit
public final class SimulatedTestExtension implements TestTemplateInvocationContextProvider {

    /** Called by JUnit. */
    public SimulatedTestExtension() {}

    @Override
    public boolean supportsTestTemplate(ExtensionContext context) {
        return of(context).isPresent();
    }

    @Override
    public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(ExtensionContext context) {
        Method method = context.getRequiredTestMethod();
        OtherTestAnnotations.refuseBeside(method, method.getName(), SimulatedTest.class);
        if (Round.around(context).isPresent()) {
            throw new ExtensionConfigurationException("@SimulatedTest on " + method.getName()
                    + " would begin a run for each seed within each round of @AnyIOTest; move the method to a class"
                    + " without @AnyIOTest");
        }
        SimulatedTest test = of(context).orElseThrow();
        var untilFailure = new UntilFailure(new AtomicBoolean());
        return Seeds.of(test.seeds()).takeWhile(_ -> !untilFailure.failed.get()).mapToObj(seed -> {
            Simulation simulation = Simulation.DEFAULTS.withSeed(seed).withLoops(test.loops());
            return new AnyIOTestExtension.Invocation(
                    "seed " + seed, List.of(untilFailure, new TaskExtension(simulation, test.leakCheck())));
        });
    }

    /**
     * Ends a test after the first seed that fails.
     *
     * @param failed whether a seed has failed
     */
    private record UntilFailure(AtomicBoolean failed) implements TestWatcher, ExecutionCondition {
        @Override
        public void testFailed(ExtensionContext context, @Nullable Throwable failure) {
            failed.set(true);
        }

        /** Skips a seed that was scheduled before the failure: with parallel execution, JUnit may take all at once. */
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            return failed.get()
                    ? ConditionEvaluationResult.disabled("another seed has failed")
                    : ConditionEvaluationResult.enabled("no seed has failed");
        }
    }

    private static Optional<SimulatedTest> of(ExtensionContext context) {
        return AnnotationSupport.findAnnotation(context.getTestMethod(), SimulatedTest.class);
    }
}
