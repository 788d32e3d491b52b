package io.anyio.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A place in the code is the first frame that is neither the library's nor the JDK's. */
class StallReporterTest {
    @ParameterizedTest
    @ValueSource(strings = {"src/main/java", "../netty-backend/src/main/java"})
    void everyPackageOfTheLibraryIsKnown(Path sources) throws IOException {
        try (Stream<Path> files = Files.walk(sources)) {
            assertThat(files.filter(file -> file.endsWith("package-info.java"))
                            .map(file -> sources.relativize(file.getParent())
                                    .toString()
                                    .replace('/', '.')))
                    .isNotEmpty()
                    .isSubsetOf(StallReporter.LIBRARY);
        }
    }

    @Test
    void framesOfTheLibraryAndOfTheJdkArePassedOver() {
        assertThat(place(
                        "java.lang.VirtualThread",
                        "io.anyio.lowlevel.Suspension",
                        "io.anyio.stream.MemoryStreamState$Line",
                        "io.anyio.netty.tcp.ChannelTransport",
                        "io.anyio.netty.NettyNetwork",
                        "com.example.Server"))
                .startsWith("com.example.Server.run");
    }

    @Test
    void codeBesideThePackagesOfTheLibraryIsTheUsers() {
        assertThat(place("io.anyio.Task", "io.anyio.examples.Tour")).startsWith("io.anyio.examples.Tour");
        assertThat(place("io.anyio.Task", "io.anyioless.Main")).startsWith("io.anyioless.Main");
        assertThat(place("io.anyio.Task", "Main")).startsWith("Main");
    }

    @Test
    void whereThereIsNoneTheOutermostFrameIsShown() {
        assertThat(place("io.anyio.Task", "java.lang.VirtualThread")).startsWith("java.lang.VirtualThread");
        assertThat(place()).isEqualTo("nowhere");
    }

    private static String place(String... types) {
        StackTraceElement[] frames = Stream.of(types)
                .map(type -> new StackTraceElement(type, "run", "Some.java", 1))
                .toArray(StackTraceElement[]::new);
        return StallReporter.placeOf(frames);
    }
}
