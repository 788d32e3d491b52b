package io.anyio.testsuite.laws;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.testing.Simulation;
import io.anyio.testing.junit.AnyIOTest;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.platform.commons.support.ReflectionSupport;

/**
 * Tests that no law, and no trace recorded on AnyIO, depends on which of several ready tasks runs next: runs every test
 * of these two packages again in many orders.
 */
class EverySeedTest {
    private static final int SEEDS = Integer.getInteger("anyio.test.seeds", 25);
    private static final List<String> PACKAGES = List.of("io.anyio.testsuite.laws", "io.anyio.testsuite.golden");

    @TestFactory
    Stream<DynamicTest> everyLawHoldsInEveryOrder() {
        List<Method> tests = new ArrayList<>();
        for (String name : PACKAGES) {
            tests.addAll(testsIn(name));
        }
        assertThat(tests).hasSizeGreaterThan(200);
        return tests.stream()
                .map(test -> DynamicTest.dynamicTest(
                        test.getDeclaringClass().getSimpleName() + "." + test.getName(), () -> inManyOrders(test)));
    }

    private static void inManyOrders(Method test) throws Exception {
        for (int seed = 0; seed < SEEDS; seed++) {
            var constructor = test.getDeclaringClass().getDeclaredConstructor();
            constructor.setAccessible(true);
            Object instance = constructor.newInstance();
            Simulation.DEFAULTS.withSeed(seed).run(() -> {
                try {
                    test.invoke(instance);
                } catch (InvocationTargetException e) {
                    if (e.getCause() instanceof Error error) {
                        throw error;
                    }
                    throw new AssertionError(e.getCause());
                }
            });
        }
    }

    private static List<Method> testsIn(String packageName) {
        List<Method> found = new ArrayList<>();
        for (Class<?> type :
                ReflectionSupport.findAllClassesInPackage(packageName, _ -> true, name -> name.endsWith("Test"))) {
            for (Method method : type.getDeclaredMethods()) {
                AnyIOTest mark = method.getAnnotation(AnyIOTest.class);
                if (mark != null && mark.backends().length == 0 && mark.simulated()) {
                    method.setAccessible(true);
                    found.add(method);
                }
            }
        }
        return found;
    }
}
