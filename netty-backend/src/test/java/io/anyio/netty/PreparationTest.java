package io.anyio.netty;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.constant.ConstantDescs;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Every class of this module with an initializer is initialized when the first backend is opened. */
@Tag("once")
class PreparationTest {
    @Test
    void itKnowsEveryClassWithAnInitializer() throws Exception {
        Field classes = Preparation.class.getDeclaredField("CLASSES");
        classes.setAccessible(true);
        assertThat((String[]) classes.get(null)).containsExactlyElementsOf(withInitializers());
    }

    @Test
    void itIsDone() {
        assertThat(Preparation.isDone()).isTrue();
    }

    private static List<String> withInitializers() throws Exception {
        Path root = Path.of(NettyBackend.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI())
                .resolve("io/anyio/netty");
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> file.toString().endsWith(".class"))
                    .filter(PreparationTest::hasInitializer)
                    .map(file -> root.relativize(file).toString())
                    .map(file ->
                            file.replaceFirst("\\.class$", "").replace('/', '.').replace('\\', '.'))
                    .filter(name -> !name.equals("Preparation"))
                    .sorted()
                    .toList();
        }
    }

    private static boolean hasInitializer(Path file) {
        try {
            return ClassFile.of().parse(file).methods().stream()
                    .anyMatch(method -> method.methodName().equalsString(ConstantDescs.CLASS_INIT_NAME));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
