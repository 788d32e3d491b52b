package io.anyio.conformance;

import io.anyio.laws.Law;
import io.anyio.laws.Ported;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The marks on all test classes of this module: a map from each law or AnyIO test to our tests. */
final class Marks {
    final SortedMap<String, List<TestId>> laws = new TreeMap<>();
    final SortedMap<String, List<TestId>> ported = new TreeMap<>();
    final SortedSet<TestId> tests = new TreeSet<>();

    private Marks() {}

    static Marks ofAllTests() throws IOException, URISyntaxException, ClassNotFoundException {
        var marks = new Marks();
        Path root = Path.of(
                Marks.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        List<Path> files;
        try (Stream<Path> all = Files.walk(root)) {
            files = all.filter(file -> file.toString().endsWith(".class"))
                    .sorted()
                    .toList();
        }
        for (Path file : files) {
            String name = root.relativize(file).toString();
            if (!name.endsWith("-info.class")) {
                marks.read(Class.forName(
                        name.substring(0, name.length() - ".class".length())
                                .replace(file.getFileSystem().getSeparator(), "."),
                        false,
                        Marks.class.getClassLoader()));
            }
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
