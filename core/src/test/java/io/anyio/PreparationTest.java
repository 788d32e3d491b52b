package io.anyio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.constant.ConstantDescs;
import java.lang.reflect.Field;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Every class with an initializer is initialized before the first task, but for those with a reason. */
@Tag("once")
class PreparationTest {
    /** The first cannot be linked in every run; the second starts a thread, which is not for every run. */
    private static final List<String> LATER =
            List.of("internal.ProcessorTime$Bean", "stream.UnclosedStreamDetector$Collected");

    private static final String EVENTS = "jfr."; // which are loaded only where they are wanted

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

    private static List<String> withInitializers() throws IOException, URISyntaxException {
        Path root = Path.of(AnyIO.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI())
                .resolve("io/anyio");
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> file.toString().endsWith(".class"))
                    .filter(PreparationTest::hasInitializer)
                    .map(file -> root.relativize(file).toString())
                    .map(file -> file.substring(0, file.length() - ".class".length())
                            .replace(file.contains("\\") ? '\\' : '/', '.'))
                    .filter(name -> !name.startsWith("testing.") && !name.startsWith(EVENTS) && !LATER.contains(name))
                    .filter(name -> !name.equals("Preparation"))
                    .sorted()
                    .toList();
        }
    }

    private static boolean hasInitializer(Path file) {
        try {
            ClassModel model = ClassFile.of().parse(file);
            return model.methods().stream()
                    .anyMatch(method -> method.methodName().equalsString(ConstantDescs.CLASS_INIT_NAME));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
