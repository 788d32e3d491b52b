package io.anyio.testing.junit;

import io.anyio.spi.BackendOptions;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.platform.commons.annotation.Testable;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;
import org.junit.platform.commons.support.ReflectionSupport;

/** The test methods of a class and of its nested classes, and the options that each is for. */
final class ClassTests {

    /** The modifiers of what JUnit refuses or ignores as a test. */
    private static final int NOT_EXECUTED = Modifier.PRIVATE | Modifier.STATIC | Modifier.ABSTRACT;

    private final OptionSet own; // of the tests without an annotation of their own
    private final Map<Method, OptionSet> methods = new HashMap<>();
    private final Map<Class<?>, ClassTests> nested = new HashMap<>();
    private final OptionSet all;

    private ClassTests(Class<?> type, OptionSet around) {
        own = optionsOf(type, around);
        var tests = new OptionSet();
        ReflectionSupport.streamMethods(type, ClassTests::isTest, HierarchyTraversalMode.TOP_DOWN)
                .forEach(method -> {
                    OptionSet options = optionsOf(method, own);
                    methods.put(method, options);
                    tests.addAll(options);
                });
        ReflectionSupport.streamNestedClasses(type, ClassTests::isNestedTest).forEach(inner -> {
            var innerTests = new ClassTests(inner, own);
            nested.put(inner, innerTests);
            tests.addAll(innerTests.all);
        });
        all = own.intersection(tests);
        all.addAll(tests);
    }

    /** Returns the tests of a class with {@link AnyIOTest}. */
    static ClassTests of(Class<?> type) {
        return new ClassTests(type, Variants.available());
    }

    /** Returns what the annotation of a test asks for, or, if there is none, what the class around it asks for. */
    private static OptionSet optionsOf(AnnotatedElement test, OptionSet around) {
        return AnnotationSupport.findAnnotation(test, AnyIOTest.class)
                .map(annotation -> Variants.of(annotation, around))
                .orElse(around);
    }

    private static boolean isTest(Method method) {
        return AnnotationSupport.isAnnotated(method, Testable.class) && (method.getModifiers() & NOT_EXECUTED) == 0;
    }

    private static boolean isNestedTest(Class<?> type) {
        return AnnotationSupport.isAnnotated(type, Nested.class) && (type.getModifiers() & NOT_EXECUTED) == 0;
    }

    /** Returns all options that at least one test is for: first those that the class asks for. */
    OptionSet options() {
        return all;
    }

    /**
     * Returns whether a test is for {@code options}.
     *
     * @param path the nested classes from this class to the test
     * @param method the test, or null for any test of the last class in {@code path}
     */
    boolean include(List<Class<?>> path, @Nullable Method method, BackendOptions options) {
        if (path.isEmpty()) {
            return (method == null ? all : methods.getOrDefault(method, own)).contains(options);
        }
        ClassTests inner = nested.get(path.getFirst());
        return inner == null ? own.contains(options) : inner.include(path.subList(1, path.size()), method, options);
    }
}
