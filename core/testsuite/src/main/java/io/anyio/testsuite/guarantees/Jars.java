package io.anyio.testsuite.guarantees;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

/** Packs the folders of a class path into jars. */
final class Jars {
    private Jars() {}

    /** Returns the class path, with a jar below {@code target} in place of each folder. */
    static String packed(String classPath, Path target) throws IOException {
        List<String> entries = new ArrayList<>();
        for (String entry : classPath.split(File.pathSeparator, -1)) {
            Path path = Path.of(entry);
            entries.add(Files.isDirectory(path) ? pack(path, target).toString() : entry);
        }
        return String.join(File.pathSeparator, entries);
    }

    private static Path pack(Path folder, Path target) throws IOException {
        Path jar = Files.createTempFile(target, "classes", ".jar");
        try (var out = new JarOutputStream(Files.newOutputStream(jar));
                Stream<Path> files = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                out.putNextEntry(new ZipEntry(folder.relativize(file).toString().replace(File.separatorChar, '/')));
                Files.copy(file, out);
            }
        }
        return jar;
    }
}
