package io.anyio.netty.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests of the versions that are found on a class path, with real jars, renamed ones, and jars merged into one. */
@Tag("once")
class NettyVersionsTest {
    private static final String FILE = "META-INF/io.netty.versions.properties";

    @TempDir
    Path folder;

    /** Returns the versions that a class loader of these jars has. */
    private static Map<String, String> versions(List<Path> jars) throws Exception {
        List<URL> urls = new ArrayList<>();
        for (Path jar : jars) {
            urls.add(jar.toUri().toURL());
        }
        try (var loader = new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
            return NettyVersions.versions(loader.loadClass("io.netty.channel.EventLoopGroup"));
        }
    }

    private Path jar(String name, Map<String, String> texts) throws IOException {
        Path jar = folder.resolve(name);
        try (var out = new JarOutputStream(Files.newOutputStream(jar))) {
            for (Map.Entry<String, String> text : texts.entrySet()) {
                out.putNextEntry(new JarEntry(text.getKey()));
                out.write(text.getValue().getBytes(StandardCharsets.UTF_8));
            }
        }
        return jar;
    }

    /** Merges jars into one. Of the files with versions it has the first one only, as if no tool had joined them. */
    private static void merge(List<Path> jars, OutputStream into) throws IOException {
        Set<String> there = new LinkedHashSet<>();
        try (var out = new JarOutputStream(into)) {
            for (Path one : jars) {
                try (var jar = new JarFile(one.toFile())) {
                    for (JarEntry entry : jar.stream().toList()) {
                        if (there.add(entry.getName())) {
                            out.putNextEntry(new JarEntry(entry.getName()));
                            jar.getInputStream(entry).transferTo(out);
                        }
                    }
                }
            }
        }
    }

    @Test
    void thisNettyFitsAndIsTheOneThatTheErrorsName() {
        assertThat(NettyVersions.problem()).isEmpty();
        Map<String, String> versions = NettyVersions.versions(EventLoopGroup.class);
        assertThat(versions.values()).containsOnly(NettyVersions.TESTED);
        assertThat(versions)
                .containsKeys(
                        "netty-common",
                        "netty-buffer",
                        "netty-resolver",
                        "netty-transport",
                        "netty-transport-native-unix-common",
                        "netty-transport-classes-epoll",
                        "netty-transport-classes-kqueue",
                        "netty-transport-classes-io_uring",
                        "netty-transport-native-epoll:linux-x86_64",
                        "netty-transport-native-kqueue:osx-aarch_64",
                        "netty-transport-native-io_uring:linux-aarch_64");
    }

    @Test
    void theVersionOfAnArtifactIsThatOfTheJarWithItsClasses() throws Exception {
        List<Path> jars = new ArrayList<>(OtherNetty.ours());
        jars.add(OtherNetty.jar("netty-common-4.1.")); // a second one, such as that of a parent loader, is not used
        assertThat(versions(jars)).containsEntry("netty-common", NettyVersions.TESTED);
        jars.addFirst(OtherNetty.jar("netty-common-4.1."));
        assertThat(versions(jars).get("netty-common")).startsWith("4.1.");
    }

    /** A library that contains Netty in packages of its own often contains the file with the versions, too. */
    @Test
    void aNettyInOtherPackagesIsIgnored() throws Exception {
        Path shaded = jar(
                "shaded.jar", Map.of(FILE, "netty-common.version=4.1.9.Final\nnetty-transport.version=4.1.9.Final\n"));
        List<Path> jars = new ArrayList<>(OtherNetty.ours());
        jars.addFirst(shaded);
        assertThat(versions(jars).values()).containsOnly(NettyVersions.TESTED);
    }

    @Test
    void oneJarWithoutTheFilesOfTheOthersIsNoMixture() throws Exception {
        Path all = folder.resolve("all.jar");
        merge(OtherNetty.ours(), Files.newOutputStream(all));
        assertThat(versions(List.of(all))).hasSize(1);
        Path none = folder.resolve("none.jar");
        merge(List.of(jar("empty.jar", Map.of(FILE, "")), all), Files.newOutputStream(none));
        assertThat(versions(List.of(none))).isEmpty();
    }

    @Test
    void aMixtureInOneJarIsFound() throws Exception {
        Path all = folder.resolve("all.jar");
        String merged = "netty-common.version=4.1.9.Final\nnetty-transport.version=" + NettyVersions.TESTED + "\n";
        List<Path> jars = new ArrayList<>(OtherNetty.ours());
        jars.addFirst(jar("file.jar", Map.of(FILE, merged)));
        merge(jars, Files.newOutputStream(all));
        assertThat(versions(List.of(all)))
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of("netty-common", "4.1.9.Final", "netty-transport", NettyVersions.TESTED));
    }

    @Test
    void theMessageNamesTheVersionsWithTheirArtifactsAndTheNewestOne() {
        assertThat(NettyVersions.mixture(Map.of(
                        "netty-common", "4.2.9.Final",
                        "netty-buffer", "4.2.100.Final",
                        "netty-transport", "4.2.9.Final")))
                .contains("4.2.100.Final (netty-buffer) and 4.2.9.Final (netty-common, netty-transport)")
                .contains("import io.netty:netty-bom, version 4.2.100.Final,");
        assertThat(NettyVersions.mixture(Map.of("netty-common", "4.1.9.Final", "netty-buffer", "4.2.9.Final")))
                .contains("4.2.9.Final (netty-buffer) and 4.1.9.Final (netty-common)")
                .contains("import io.netty:netty-bom, version " + NettyVersions.TESTED + ",");
    }
}
