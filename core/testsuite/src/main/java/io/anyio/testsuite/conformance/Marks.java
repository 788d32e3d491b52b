package io.anyio.testsuite.conformance;

import io.anyio.testsuite.BackendUnderTest;
import io.anyio.testsuite.laws.Law;
import io.anyio.testsuite.laws.Ported;
import java.lang.reflect.Method;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.platform.commons.support.ReflectionSupport;

/**
 * The marks on all test classes of the suite and of the backend's module: a map from each law or AnyIO test to our
 * tests.
 */
final class Marks {
    final SortedMap<String, List<TestId>> laws = new TreeMap<>();
    final SortedMap<String, List<TestId>> ported = new TreeMap<>();
    final SortedSet<TestId> tests = new TreeSet<>();

    private Marks() {}

    static Marks ofAllTests() throws URISyntaxException {
        var marks = new Marks();
        for (Class<?> home : List.of(Marks.class, BackendUnderTest.get().getClass())) {
            URI root = home.getProtectionDomain().getCodeSource().getLocation().toURI();
            ReflectionSupport.findAllClassesInClasspathRoot(root, _ -> true, _ -> true)
                    .forEach(marks::read);
        }
        marks.laws.values().forEach(tests -> tests.sort(null));
        marks.ported.values().forEach(tests -> tests.sort(null));
        return marks;
    }

    private void read(Class<?> type) {
        for (Method method : type.getDeclaredMethods()) {
            var test = new TestId(type.getName(), method.getName());
            Law law = method.getAnnotation(Law.class);
            if (law != null) {
                tests.add(test);
                for (int number : law.value()) {
                    laws.computeIfAbsent(String.valueOf(number), _ -> new ArrayList<>())
                            .add(test);
                }
            }
            Ported port = method.getAnnotation(Ported.class);
            if (port != null) {
                tests.add(test);
                for (String name : port.value()) {
                    ported.computeIfAbsent(name, _ -> new ArrayList<>()).add(test);
                }
            }
        }
    }
}
