package io.anyio.arch;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The strongly connected components of the files inside each package: files that use each other in a circle, directly
 * or not, can only be understood together.
 */
@Tag("once")
class ComponentsTest {
    private static final int LARGEST = 12;

    /** For each package and each file, by its top-level class, the files of the same package that it uses. */
    private static Map<String, Map<String, Set<String>>> uses() {
        Map<String, Map<String, Set<String>>> uses = new TreeMap<>();
        for (JavaClass type : new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("io.anyio")) {
            Set<String> used = uses.computeIfAbsent(type.getPackageName(), _ -> new TreeMap<>())
                    .computeIfAbsent(fileOf(type), _ -> new TreeSet<>());
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                JavaClass target = dependency.getTargetClass().getBaseComponentType();
                if (target.getPackageName().equals(type.getPackageName())) {
                    used.add(fileOf(target));
                }
            }
        }
        return uses;
    }

    private static String fileOf(JavaClass type) {
        String name = type.getName();
        int nested = name.indexOf('$');
        return nested < 0 ? name : name.substring(0, nested);
    }

    /** Returns the components with more than one file, the largest first. */
    private static List<Set<String>> components(Map<String, Set<String>> uses) {
        Map<String, Set<String>> reached = new HashMap<>();
        for (String file : uses.keySet()) {
            reached.put(file, reachedFrom(file, uses));
        }
        List<Set<String>> components = new ArrayList<>();
        Set<String> done = new HashSet<>();
        for (String file : uses.keySet()) {
            Set<String> component = new TreeSet<>();
            for (String other : reached.get(file)) {
                if (reached.getOrDefault(other, Set.of()).contains(file)) {
                    component.add(other);
                }
            }
            if (component.size() > 1 && done.addAll(component)) {
                components.add(component);
            }
        }
        components.sort(Comparator.comparingInt((Set<String> component) -> component.size())
                .reversed());
        return components;
    }

    private static Set<String> reachedFrom(String file, Map<String, Set<String>> uses) {
        Set<String> reached = new HashSet<>();
        Deque<String> ahead = new ArrayDeque<>(uses.getOrDefault(file, Set.of()));
        while (!ahead.isEmpty()) {
            String next = ahead.pop();
            if (reached.add(next)) {
                ahead.addAll(uses.getOrDefault(next, Set.of()));
            }
        }
        return reached;
    }

    @Test
    void theLargestComponentInsideAPackageIsSmall() {
        uses().forEach((name, files) -> assertThat(components(files))
                .as("components of more than %d files in %s; cut a circle, by an interface or a move", LARGEST, name)
                .allMatch(component -> component.size() <= LARGEST));
    }

    @Test
    void aCircleIsFound() {
        Map<String, Set<String>> uses =
                Map.of("a", Set.of("b"), "b", Set.of("c", "d"), "c", Set.of("a"), "d", Set.of());
        assertThat(components(uses)).containsExactly(Set.of("a", "b", "c"));
    }
}
