package io.anyio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anyio.spi.BackendOptions;
import io.anyio.spi.BackendProvider;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests of a backend that is installed but cannot run. */
class UnavailableBackendTest {

    /** Announced by a file that only the context class loader of the test finds. */
    public static final class Broken implements BackendProvider {
        @Override
        public String name() {
            return "broken";
        }

        @Override
        public BackendOptions options(Map<String, ?> options) {
            throw new AssertionError("not available");
        }

        @Override
        public Optional<String> unavailability() {
            return Optional.of("The library is too old: use 2.0");
        }
    }

    @Test
    void isNotListedAndAnErrorThatSaysWhyAlsoAsTheDefault(@TempDir Path folder) throws Exception {
        Path services = Files.createDirectories(folder.resolve("META-INF/services"));
        Files.writeString(services.resolve(BackendProvider.class.getName()), Broken.class.getName());
        Thread me = Thread.currentThread();
        ClassLoader before = me.getContextClassLoader();
        try (var loader = new URLClassLoader(new URL[] {folder.toUri().toURL()}, before)) {
            me.setContextClassLoader(loader);
            assertThat(AnyIO.availableBackends()).containsExactly("jdk", "simulation");
            assertThat(Backends.defaultName()).isEqualTo("broken");
            assertThatThrownBy(() -> AnyIO.run(() -> {}, "broken"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("The backend 'broken' cannot run here. The library is too old: use 2.0");
            assertThatThrownBy(() -> AnyIO.run(() -> {})).hasMessageContaining("too old");
        } finally {
            me.setContextClassLoader(before);
        }
    }
}
