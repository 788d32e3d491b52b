package io.anyio.explorer.interleave;

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

/** The programs: static methods of the classes called {@code ...Programs} that take a program context. */
final class ProgramFinder {
    private static final String PACKAGE = "io.anyio.explorer.interleave.program.";

    private ProgramFinder() {}

    /** All of them, in the order of their names. */
    static List<Method> all() {
        try {
            Path folder = Path.of(ProgramFinder.class
                    .getResource("/" + PACKAGE.replace('.', '/'))
                    .toURI());
            try (Stream<Path> files = Files.list(folder)) {
                return files.map(file -> file.getFileName().toString())
                        .filter(file -> file.endsWith("Programs.class"))
                        .sorted()
                        .flatMap(file -> of(file.substring(0, file.length() - ".class".length())))
                        .toList();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** One of them, as {@code class.method}. */
    static Method named(String name) {
        return of(name.substring(0, name.indexOf('.')))
                .filter(method -> method.getName().equals(name.substring(name.indexOf('.') + 1)))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("There is no program " + name));
    }

    private static Stream<Method> of(String simpleName) {
        try {
            return Arrays.stream(Class.forName(PACKAGE + simpleName).getDeclaredMethods())
                    .filter(method -> !method.isSynthetic()
                            && !Modifier.isPrivate(method.getModifiers())
                            && method.getParameterCount() == 1)
                    .sorted(Comparator.comparing(Method::getName));
        } catch (ClassNotFoundException e) {
            throw new IllegalArgumentException("There is no class of programs " + simpleName, e);
        }
    }
}
