package io.anyio.net;

import io.anyio.AnyIO;
import io.anyio.Cancelled;
import io.anyio.thread.ToThread;
import io.anyio.thread.ToThreadOptions;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Loads the library's classes before a server can run out of file descriptors. After that no class can be loaded from a
 * folder, and a server that needs another class in order to pause would end. A jar stays open and needs no preparation.
 */
final class ClassFolders {
    private static final Set<Class<?>> LOADED = ConcurrentHashMap.newKeySet();
    private static final String SUFFIX = ".class";
    private static final ToThreadOptions OPTIONS =
            ToThreadOptions.DEFAULTS.withName("load classes").withAbandonOnCancel(true);

    private ClassFolders() {}

    /** Loads the classes in the packages of this library and of a backend, if they come from folders. Done once. */
    static void load(Class<?> ofBackend) {
        for (Class<?> one : new Class<?>[] {AnyIO.class, ofBackend}) {
            if (LOADED.add(one) && isInFolder(one)) {
                try {
                    ToThread.run(OPTIONS, () -> loadAll(one));
                } catch (Cancelled c) { // loading may not have begun
                    LOADED.remove(one);
                    throw c;
                }
            }
        }
    }

    private static boolean isInFolder(Class<?> one) {
        CodeSource source = one.getProtectionDomain().getCodeSource();
        return source != null
                && source.getLocation() != null
                && source.getLocation().getProtocol().equals("file")
                && source.getLocation().getPath().endsWith("/");
    }

    /** Loads all classes in the package of this class and its subpackages. */
    private static void loadAll(Class<?> one) {
        try {
            Path root = Path.of(
                    one.getProtectionDomain().getCodeSource().getLocation().toURI());
            try (Stream<Path> files =
                    Files.walk(root.resolve(one.getPackageName().replace('.', '/')))) {
                files.filter(file -> file.toString().endsWith(SUFFIX))
                        .map(file -> root.relativize(file).toString())
                        .forEach(file -> load(name(file), one.getClassLoader()));
            }
        } catch (IOException | URISyntaxException unreadable) {
            // the classes are loaded when they are needed
        }
    }

    private static String name(String file) {
        return file.substring(0, file.length() - SUFFIX.length())
                .replace('/', '.')
                .replace('\\', '.');
    }

    private static void load(String name, ClassLoader loader) {
        try {
            Class.forName(name, false, loader);
        } catch (ClassNotFoundException | LinkageError forOthersOnly) {
            // classes for tests need JUnit, which a program does not have
        }
    }
}
