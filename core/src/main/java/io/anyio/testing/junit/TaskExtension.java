package io.anyio.testing.junit;

import io.anyio.TaskGroup;
import io.anyio.spi.BackendOptions;
import io.anyio.testing.Simulation;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterClassTemplateInvocationCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeClassTemplateInvocationCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.DynamicTestInvocationContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.jupiter.api.extension.TestWatcher;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;

/**
 * Lets tasks execute the methods of one invocation of a test, or of one round of a test class, and gives them their
 * parameters.
 */
final class TaskExtension
        implements BeforeClassTemplateInvocationCallback,
                AfterClassTemplateInvocationCallback,
                BeforeAllCallback,
                AfterAllCallback,
                BeforeEachCallback,
                AfterEachCallback,
                TestWatcher,
                InvocationInterceptor,
                ParameterResolver {
    private static final Namespace NAMESPACE = Namespace.create(TaskExtension.class);

    private final BackendOptions options;
    private final boolean leakCheck;

    TaskExtension(BackendOptions options, boolean leakCheck) {
        this.options = options;
        this.leakCheck = leakCheck;
    }

    private static @Nullable CallbackTask taskOf(ExtensionContext context) {
        return context.getStore(NAMESPACE).get(CallbackTask.class, CallbackTask.class);
    }

    // ---- the life of the tasks ----

    /** Begins a round. JUnit itself would call the {@code @BeforeAll} methods once for all rounds. */
    @Override
    public void beforeClassTemplateInvocation(ExtensionContext context) throws Exception {
        if (taskOf(context) != null) {
            return; // an invocation of a class template inside, to which JUnit passes this extension on
        }
        beforeAll(context);
        for (Method method : methods(context, BeforeAll.class, HierarchyTraversalMode.TOP_DOWN)) {
            Throwable failure = failureOf(() -> inTask(new LifecycleMethod(method, context), context));
            if (failure != null) {
                Objects.requireNonNull(taskOf(context)).setFailed();
            }
            TestFailures.rethrow(failure);
        }
    }

    @Override
    public void afterClassTemplateInvocation(ExtensionContext context) throws Exception {
        if (!isRound(context)) {
            return;
        }
        Throwable failure = null;
        for (Method method : methods(context, AfterAll.class, HierarchyTraversalMode.BOTTOM_UP)) {
            Throwable thrown = failureOf(() -> {
                cleanUp(new LifecycleMethod(method, context), context);
                return null;
            });
            failure = TestFailures.joinedOrNull(failure, thrown);
        }
        TestFailures.rethrow(TestFailures.joinedOrNull(failure, end(context)));
    }

    /** Returns whether {@link #beforeClassTemplateInvocation} has begun a task for this very invocation. */
    private static boolean isRound(ExtensionContext context) {
        CallbackTask task = taskOf(context);
        CallbackTask outside = context.getParent().map(TaskExtension::taskOf).orElse(null);
        return task != null && task != outside;
    }

    private static List<Method> methods(
            ExtensionContext context, Class<? extends Annotation> annotation, HierarchyTraversalMode order) {
        return AnnotationSupport.findAnnotatedMethods(context.getRequiredTestClass(), annotation, order);
    }

    private static @Nullable Throwable failureOf(Callback.Code<@Nullable Void> code) {
        try {
            var _ = code.call();
            return null;
        } catch (Throwable thrown) { // a test may throw anything
            return thrown;
        }
    }

    /** Begins the task of a class inside of a round. */
    @Override
    public void beforeAll(ExtensionContext context) {
        begin(context, context.getRequiredTestClass().getSimpleName());
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        begin(
                context,
                context.getRequiredTestClass().getSimpleName() + "."
                        + context.getRequiredTestMethod().getName());
    }

    private void begin(ExtensionContext context, String name) {
        CallbackTask around = taskOf(context);
        CallbackTask task = around == null
                ? CallbackTask.startIn(TestRun.begin(options, leakCheck), name)
                : around.startInside(name);
        context.getStore(NAMESPACE).put(CallbackTask.class, task);
    }

    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        TestFailures.rethrow(end(context));
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        TestFailures.rethrow(end(context));
    }

    /** Called by JUnit when all is over, before it reports the failure. */
    @Override
    public void testFailed(ExtensionContext context, @Nullable Throwable failure) {
        if (failure != null && options instanceof Simulation simulation) {
            failure.addSuppressed(new ReplayNote(simulation));
        }
    }

    /** Returns whether to check for leaks; a method or a nested class can turn the check off for itself. */
    private boolean leakCheck(ExtensionContext context) {
        Stream<Class<?>> classes =
                Stream.concat(context.getEnclosingTestClasses().stream(), context.getTestClass().stream());
        return leakCheck
                && Stream.concat(classes, context.getTestMethod().stream())
                        .flatMap(test -> AnnotationSupport.findAnnotation(test, AnyIOTest.class).stream())
                        .allMatch(AnyIOTest::leakCheck);
    }

    /** Ends the task of a test or a class, and its run if it is the outermost. Returns a failure, or null. */
    private @Nullable Throwable end(ExtensionContext context) {
        CallbackTask task = context.getStore(NAMESPACE).remove(CallbackTask.class, CallbackTask.class);
        if (task == null) {
            return null; // begin() has thrown
        }
        task.leaks()
                .setWanted(leakCheck(context) && context.getExecutionException().isEmpty() && !task.hasFailed());
        Throwable failure = task.end();
        if (task.isOutermost()) {
            failure = TestFailures.joinedOrNull(failure, task.run().end());
            if (failure == null) {
                failure = task.leaks().failureOfBuffers(task.run());
            }
        }
        return failure;
    }

    // ---- the methods ----

    private static <T extends @Nullable Object> T inTask(Callback.Code<T> method, ExtensionContext context)
            throws Throwable {
        return Objects.requireNonNull(taskOf(context), "begin() has thrown").call(method);
    }

    /** Runs a method that cleans up. If its task has ended early, another one runs it. */
    private void cleanUp(Callback.Code<@Nullable Void> method, ExtensionContext context) throws Throwable {
        CallbackTask task = taskOf(context);
        CallbackTask alive = task == null ? null : task.alive();
        while (alive != null) {
            if (alive.callCleanUp(method)) {
                return;
            }
            alive = alive.alive(); // it has ended meanwhile
        }
        cleanUpInRunOfItsOwn(method);
    }

    private void cleanUpInRunOfItsOwn(Callback.Code<@Nullable Void> method) throws Throwable {
        CallbackTask task =
                CallbackTask.startIn(TestRun.begin(options, false), "clean-up after a run that has ended early");
        Throwable failure = null;
        try {
            var _ = task.call(method);
        } catch (Throwable thrown) { // a test may throw anything
            failure = thrown;
        }
        failure = TestFailures.joinedOrNull(failure, task.end());
        TestFailures.rethrow(TestFailures.joinedOrNull(failure, task.run().end()));
    }

    @Override
    public void interceptBeforeAllMethod(
            Invocation<@Nullable Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        var _ = inTask(invocation::proceed, context);
    }

    @Override
    public void interceptBeforeEachMethod(
            Invocation<@Nullable Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        var _ = inTask(invocation::proceed, context);
    }

    @Override
    public void interceptTestMethod(
            Invocation<@Nullable Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        var _ = inTask(invocation::proceed, context);
    }

    @Override
    public void interceptTestTemplateMethod(
            Invocation<@Nullable Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        var _ = inTask(invocation::proceed, context);
    }

    @Override
    public <T extends @Nullable Object> T interceptTestFactoryMethod(
            Invocation<T> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        return inTask(invocation::proceed, context);
    }

    @Override
    public void interceptDynamicTest(
            Invocation<@Nullable Void> invocation, DynamicTestInvocationContext test, ExtensionContext context)
            throws Throwable {
        var _ = inTask(invocation::proceed, context);
    }

    @Override
    public void interceptAfterEachMethod(
            Invocation<@Nullable Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        cleanUp(invocation::proceed, context);
    }

    @Override
    public void interceptAfterAllMethod(
            Invocation<@Nullable Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        cleanUp(invocation::proceed, context);
    }

    // ---- the parameters ----

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return provides(parameter) && taskOf(context) != null;
    }

    /** Returns whether a parameter is of a type that this extension provides. */
    static boolean provides(ParameterContext parameter) {
        Class<?> type = parameter.getParameter().getType();
        return type == TaskGroup.class || type == TestResources.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        CallbackTask task = Objects.requireNonNull(taskOf(context));
        if (parameter.getParameter().getType() == TestResources.class) {
            return task.resources();
        }
        return task.group();
    }
}
