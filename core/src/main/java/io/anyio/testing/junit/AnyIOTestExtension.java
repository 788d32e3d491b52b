package io.anyio.testing.junit;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ClassTemplateInvocationContext;
import org.junit.jupiter.api.extension.ClassTemplateInvocationContextProvider;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Runs an {@link AnyIOTest}, a method or a class, once on each variant of each backend.
 *
 * <p>AnyIO: its pytest plugin.
 */
@SuppressWarnings("exports") // only tests need JUnit
public final class AnyIOTestExtension
        implements TestTemplateInvocationContextProvider,
                ClassTemplateInvocationContextProvider,
                InvocationInterceptor,
                ParameterResolver {

    /** Called by JUnit. */
    public AnyIOTestExtension() {}

    // ---- on a class ----

    @Override
    public boolean supportsClassTemplate(ExtensionContext context) {
        Class<?> type = context.getRequiredTestClass();
        boolean marked = ofClass(type).isPresent();
        if (marked) {
            OtherTestAnnotations.refuseBeside(type, type.getSimpleName(), AnyIOTest.class);
        }
        return marked;
    }

    /** A test for backends that the system property or the round of its class excludes does not run. */
    @Override
    public boolean mayReturnZeroClassTemplateInvocationContexts(ExtensionContext context) {
        return Variants.areRestricted() || Round.around(context).isPresent();
    }

    @Override
    public Stream<ClassTemplateInvocationContext> provideClassTemplateInvocationContexts(ExtensionContext context) {
        Optional<Round> around = Round.around(context);
        if (around.isPresent()) {
            return around.get().includes(context) ? Stream.of(new InRound(around.get())) : Stream.empty();
        }
        Class<?> type = context.getRequiredTestClass();
        boolean leakCheck = ofClass(type).orElseThrow().leakCheck();
        ClassTests tests = ClassTests.of(type);
        return tests.options().stream().map(options -> new Round(type, tests, options, leakCheck));
    }

    /** Skipped: JUnit calls it once for all rounds, {@link TaskExtension} once in each. */
    @Override
    public void interceptBeforeAllMethod(
            InvocationInterceptor.Invocation<@Nullable Void> invocation,
            ReflectiveInvocationContext<Method> method,
            ExtensionContext context)
            throws Throwable {
        skipOutsideOfRounds(invocation, context);
    }

    /** Skipped, as {@link #interceptBeforeAllMethod}. */
    @Override
    public void interceptAfterAllMethod(
            InvocationInterceptor.Invocation<@Nullable Void> invocation,
            ReflectiveInvocationContext<Method> method,
            ExtensionContext context)
            throws Throwable {
        skipOutsideOfRounds(invocation, context);
    }

    private static void skipOutsideOfRounds(
            InvocationInterceptor.Invocation<@Nullable Void> invocation, ExtensionContext context) throws Throwable {
        if (isAroundRounds(context) || isExcluded(context)) {
            invocation.skip();
        } else {
            var _ = invocation.proceed();
        }
    }

    /** Returns whether the context is a nested class that does not run in the round around it. */
    private static boolean isExcluded(ExtensionContext context) {
        return Round.around(context).map(round -> !round.includes(context)).orElse(false);
    }

    private static boolean isAroundRounds(ExtensionContext context) {
        return Round.around(context).isEmpty()
                && context.getTestMethod().isEmpty()
                && ofClass(context.getRequiredTestClass()).isPresent();
    }

    /** JUnit resolves the parameters of a lifecycle method although its call is skipped. */
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getDeclaringExecutable() instanceof Method
                && TaskExtension.provides(parameter)
                && isAroundRounds(context);
    }

    @Override
    public @Nullable Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return null;
    }

    private static Optional<AnyIOTest> ofClass(Class<?> type) {
        return AnnotationSupport.findAnnotation(type, AnyIOTest.class);
    }

    // ---- on a method ----

    @Override
    public boolean supportsTestTemplate(ExtensionContext context) {
        boolean marked = ofMethod(context).isPresent();
        if (marked) {
            Method method = context.getRequiredTestMethod();
            OtherTestAnnotations.refuseBeside(
                    method, context.getRequiredTestClass().getSimpleName() + "." + method.getName(), AnyIOTest.class);
        }
        return marked;
    }

    /** A test for backends that the system property or the round of its class excludes does not run. */
    @Override
    public boolean mayReturnZeroTestTemplateInvocationContexts(ExtensionContext context) {
        return Variants.areRestricted() || Round.around(context).isPresent();
    }

    @Override
    public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(ExtensionContext context) {
        Optional<Round> around = Round.around(context);
        if (around.isPresent()) {
            return around.get().includes(context) ? Stream.of(new InRound(around.get())) : Stream.empty();
        }
        AnyIOTest test = ofMethod(context).orElseThrow();
        return Variants.of(test).stream()
                .map(options ->
                        new Invocation(options.toString(), List.of(new TaskExtension(options, test.leakCheck()))));
    }

    private static Optional<AnyIOTest> ofMethod(ExtensionContext context) {
        return AnnotationSupport.findAnnotation(context.getTestMethod(), AnyIOTest.class);
    }

    /** The invocation of a method or a nested class in a round of its class, which provides the run. */
    private record InRound(Round round) implements TestTemplateInvocationContext, ClassTemplateInvocationContext {
        @Override
        public String getDisplayName(int invocationIndex) {
            return round.getDisplayName(invocationIndex);
        }

        @Override
        public List<Extension> getAdditionalExtensions() {
            return List.of();
        }

        @Override
        public void prepareInvocation(ExtensionContext context) {
            // the round has everything
        }
    }

    /** An invocation of a method in a run of its own. */
    record Invocation(String name, List<Extension> extensions) implements TestTemplateInvocationContext {
        @Override
        public String getDisplayName(int invocationIndex) {
            return name;
        }

        @Override
        public List<Extension> getAdditionalExtensions() {
            return extensions;
        }
    }
}
