package io.anyio.netty.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.AnyIO;
import io.anyio.netty.NettyOptions;
import io.anyio.spi.Backend;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests that without a native library {@code useNativeTransport} means NIO, with the reason kept and logged once. */
class NativeFallbackTest {

    /** Runs in a JVM of its own, with the native libraries disabled. */
    static final class Program {
        public static void main(String[] arguments) {
            NettyOptions options = NettyOptions.DEFAULTS.withUseNativeTransport(true);
            for (int i = 0; i < 2; i++) {
                AnyIO.run(() -> System.out.println(AnyIO.currentRun()), options);
            }
            Backend backend = options.open();
            System.out.println("shortfall: " + backend.shortfall().orElse("none"));
            backend.close();
        }
    }

    @Test
    void fallsBackToNioAndSaysWhyOnce() throws Exception {
        List<String> command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java"));
        command.addAll(List.of("--add-opens=java.base/java.lang=ALL-UNNAMED", "--enable-native-access=ALL-UNNAMED"));
        command.add("-Dio.netty.transport.noNative=true");
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Program.class.getName()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output).contains("backend=netty transport=nio");
        assertThat(output).contains("is not available, NIO is used instead");
        assertThat(output.split("useNativeTransport: ", -1)).hasSize(2);
    }

    @Test
    void aReasonIsFoundAlsoWhereTwoFailuresCauseEachOther() {
        var outer = new IllegalStateException("no library");
        var inner = new IllegalStateException("no file", outer);
        outer.initCause(inner);
        assertThat(TransportSupport.reason(outer)).contains("no library");
        assertThat(TransportSupport.reason(
                        new IllegalStateException("no library", new IllegalStateException("no file"))))
                .contains("no library (no file)");
    }
}
