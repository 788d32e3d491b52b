package io.anyio.explorer.interleave;

import io.anyio.explorer.mutation.EngineCode;
import io.anyio.explorer.mutation.EngineLoader;
import io.anyio.explorer.mutation.Mutant;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The engine with scheduling points, for an exploration. This package is shared with it, the programs are not. */
final class InterleavedEngine {
    private static final String MACHINE = "io.anyio.explorer.interleave.";
    private static final EngineCode CODE = EngineCode.instrumented(
            name -> name.startsWith(MACHINE) && !name.startsWith(MACHINE + "program."), Instrumenter::new);

    private InterleavedEngine() {}

    /** Loads the engine as it is. */
    static EngineLoader sound() {
        return prepared(CODE.load());
    }

    /** Loads the engine with a mistake. */
    static EngineLoader with(Mutant mutant) {
        EngineLoader loader = prepared(CODE.load(mutant));
        loader.checkPlanted();
        return loader;
    }

    /** Initializes every class, because a thread that is preempted in an initializer would block others for real. */
    private static EngineLoader prepared(EngineLoader loader) {
        try {
            Path root = Path.of(InterleavedEngine.class
                    .getClassLoader()
                    .loadClass("io.anyio.AnyIO")
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            List<Path> classes;
            try (Stream<Path> files = Files.walk(root.resolve("io/anyio"))) {
                classes = files.filter(file -> file.toString().endsWith(".class"))
                        .sorted()
                        .toList();
            }
            for (Path file : classes) {
                String path = root.relativize(file).toString();
                String name =
                        path.substring(0, path.length() - ".class".length()).replace('/', '.');
                if (!name.endsWith("package-info")) {
                    Class.forName(name, true, loader);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ClassNotFoundException | URISyntaxException e) {
            throw new IllegalStateException(e);
        }
        return loader;
    }
}
