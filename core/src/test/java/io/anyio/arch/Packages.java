package io.anyio.arch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The packages of the core by their names below {@code io.anyio}, the root by {@code ""}. */
public final class Packages {
    private static final Pattern EXPORT = Pattern.compile("^ *exports io\\.anyio\\.?(\\w*);", Pattern.MULTILINE);

    /** What each package may use, of the library: packages that precede it. The table in docs/architecture.md. */
    static final Map<String, Set<String>> USES = new LinkedHashMap<>();

    static {
        USES.put("spi", Set.of());
        USES.put("loom", Set.of());
        USES.put("", Set.of("spi", "loom"));
        USES.put("lowlevel", Set.of(""));
        USES.put("resource", Set.of(""));
        USES.put("sync", Set.of(""));
        USES.put("stream", Set.of("", "spi", "resource"));
        USES.put("task", Set.of("", "resource", "sync", "stream"));
        USES.put("thread", Set.of("", "spi", "sync"));
        USES.put("net", Set.of("", "spi", "resource", "sync", "stream", "thread"));
        USES.put("testing", Set.of("", "spi", "resource", "sync", "stream", "thread"));
    }

    private Packages() {}

    /** Returns the packages that the module exports. */
    public static List<String> exported() throws IOException {
        return EXPORT.matcher(Files.readString(Path.of("src/main/java/module-info.java")))
                .results()
                .map((MatchResult export) -> export.group(1))
                .toList();
    }

    static String fullName(String name) {
        return name.isEmpty() ? "io.anyio" : "io.anyio." + name;
    }
}
