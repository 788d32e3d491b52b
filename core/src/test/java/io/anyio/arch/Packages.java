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
    private static final Pattern EXPORT = Pattern.compile("^ *exports io\\.anyio\\.?([\\w.]*);", Pattern.MULTILINE);

    /** What each package may use, of the library: packages that precede it. The table in docs/architecture.md. */
    static final Map<String, Set<String>> USES = new LinkedHashMap<>();

    static {
        USES.put("spi", Set.of());
        USES.put("loom", Set.of());
        USES.put("diagnostics", Set.of());
        USES.put("internal", Set.of("spi", "loom", "diagnostics"));
        USES.put("", Set.of("spi", "diagnostics", "internal"));
        USES.put("jfr", Set.of("", "spi", "diagnostics", "internal"));
        USES.put("lowlevel", Set.of("", "spi", "internal"));
        USES.put("select", Set.of("", "internal", "lowlevel"));
        USES.put("resource", Set.of("", "lowlevel"));
        USES.put("sync", Set.of("", "lowlevel", "select"));
        USES.put("stream", Set.of("", "spi", "lowlevel", "select", "resource"));
        USES.put("task", Set.of("", "lowlevel", "resource", "sync", "stream"));
        USES.put("future", Set.of("", "lowlevel", "resource", "stream"));
        USES.put("thread", Set.of("", "spi", "lowlevel", "sync"));
        USES.put("net", Set.of("", "spi", "lowlevel", "select", "resource", "sync", "stream", "thread"));
        USES.put("jdk", Set.of("", "spi", "diagnostics", "lowlevel"));
        USES.put("testing", Set.of("", "spi", "lowlevel", "resource", "sync", "stream", "thread"));
        USES.put("testing.junit", Set.of("", "spi", "lowlevel", "sync", "stream", "testing"));
    }

    /** The types of the root that the engine may name, although the root is built on the engine. */
    static final Set<String> ROOT_TYPES_OF_THE_ENGINE = Set.of(
            "io.anyio.Block",
            "io.anyio.Cancelled",
            "io.anyio.Deadline",
            "io.anyio.NoEventLoopException",
            "io.anyio.ValueBlock");

    /** The packages that are not exported. */
    static final Set<String> HIDDEN = Set.of("internal", "jfr", "loom");

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
