package io.anyio.testing.junit;

import io.anyio.spi.BackendOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.extension.ClassTemplateInvocationContext;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * One round of the tests of a class: a run with all tests that are for its options.
 *
 * @param type the class
 * @param tests its tests
 * @param options the options of the run
 * @param leakCheck whether to check for leaks
 */
record Round(Class<?> type, ClassTests tests, BackendOptions options, boolean leakCheck)
        implements ClassTemplateInvocationContext, ExecutionCondition {
    private static final Namespace NAMESPACE = Namespace.create(Round.class);

    /** Returns the round in which {@code context} is, if any. */
    static Optional<Round> around(ExtensionContext context) {
        return Optional.ofNullable(context.getStore(NAMESPACE).get(Round.class, Round.class));
    }

    @Override
    public String getDisplayName(int invocationIndex) {
        return options.toString();
    }

    @Override
    public List<Extension> getAdditionalExtensions() {
        return List.of(this, new TaskExtension(options, leakCheck));
    }

    @Override
    public void prepareInvocation(ExtensionContext context) {
        context.getStore(NAMESPACE).put(Round.class, this);
    }

    /** Returns whether a test, or at least one test of a class, is for this round. */
    boolean includes(ExtensionContext context) {
        List<Class<?>> path = new ArrayList<>(context.getEnclosingTestClasses());
        path.add(context.getRequiredTestClass());
        path.subList(0, path.indexOf(type) + 1).clear();
        return tests.include(path, context.getTestMethod().orElse(null), options);
    }

    /** Skips what has no annotation of its own. What has one has no invocations in a round that it is not for. */
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        if (AnnotationSupport.isAnnotated(context.getElement(), AnyIOTest.class) || includes(context)) {
            return ConditionEvaluationResult.enabled("for this backend");
        }
        return ConditionEvaluationResult.disabled(
                "not for this backend: only tests whose own @AnyIOTest asks for " + options + " run in this round");
    }
}
