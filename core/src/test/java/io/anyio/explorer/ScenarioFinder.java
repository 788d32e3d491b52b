package io.anyio.explorer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Finds scenarios and programs, which are static methods with a context as their only parameter. */
public final class ScenarioFinder {
    private ScenarioFinder() {}

    /**
     * Returns the scenarios of the classes in the package of {@code context} whose names end with {@code suffix}, in
     * the order of their names.
     */
    public static List<Method> find(String suffix, Class<?> context) {
        String packageName = context.getPackageName() + ".";
        try {
            Path folder = Path.of(ScenarioFinder.class
                    .getResource("/" + packageName.replace('.', '/'))
                    .toURI());
            try (Stream<Path> files = Files.list(folder)) {
                return files.map(file -> file.getFileName().toString())
                        .filter(file -> file.endsWith(suffix + ".class"))
                        .sorted()
                        .map(file -> packageName + file.substring(0, file.length() - ".class".length()))
                        .flatMap(className -> of(className, context))
                        .toList();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Stream<Method> of(String className, Class<?> context) {
        try {
            return Arrays.stream(Class.forName(className).getDeclaredMethods())
                    .filter(method -> !method.isSynthetic()
                            && !Modifier.isPrivate(method.getModifiers())
                            && Arrays.equals(method.getParameterTypes(), new Class<?>[] {context}))
                    .sorted(Comparator.comparing(Method::getName));
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }
}
