package io.anyio.netty.guarantees;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.anyio.AnyIO;
import io.anyio.netty.NettyBackendProvider;
import io.anyio.netty.NettyOptions;
import io.anyio.netty.Transport;
import java.io.File;
import java.lang.module.ModuleFinder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests of the library on the module path, where a native transport is found only if the program adds its module. */
@Tag("once")
class ModulePathTest {
    private static final Set<String> MODULES = Set.of("io.anyio.core", "io.anyio.netty", "org.jspecify");

    /** Runs in a JVM of its own, on the class path. */
    static final class Program {
        public static void main(String[] arguments) {
            System.out.println(AnyIO.class.getModule() + ", " + NettyOptions.class.getModule());
            System.out.println("available: " + AnyIO.availableBackends());
            System.out.println("variants: "
                    + new NettyBackendProvider()
                            .variants().stream()
                                    .map(variant -> variant.transport().orElseThrow())
                                    .toList());
            AnyIO.run(() -> System.out.println(AnyIO.currentRun()), "netty");
            try {
                AnyIO.run(
                        () -> System.out.println(AnyIO.currentRun()),
                        NettyOptions.DEFAULTS.withTransport(Transport.EPOLL));
            } catch (IllegalStateException unavailable) {
                System.out.println(unavailable.getMessage());
            }
        }
    }

    private static String run(String... flags) throws Exception {
        List<Path> modules = new ArrayList<>();
        List<Path> others = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path path = Path.of(entry);
            boolean isModule = ModuleFinder.of(path).findAll().stream()
                    .map(module -> module.descriptor().name())
                    .anyMatch(name -> MODULES.contains(name) || name.startsWith("io.netty."));
            (isModule ? modules : others).add(path);
        }
        assumeTrue(modules.stream().anyMatch(path -> path.toString().contains("netty-backend")), "compiled by Maven");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("--add-opens=java.base/java.lang=io.anyio.core", "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of("-p", joined(modules), "--add-modules=io.anyio.netty"));
        command.addAll(Arrays.asList(flags));
        command.addAll(List.of("-cp", joined(others), Program.class.getName()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output)
                .contains("module io.anyio.core, module io.anyio.netty", "available: [netty, jdk, simulation]")
                .contains("backend=netty transport=nio carrier=loop");
        return output;
    }

    private static String joined(List<Path> paths) {
        return paths.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }

    @Test
    void nioNeedsNoFurtherModule() throws Exception {
        assertThat(run()).contains("variants: [NIO]").contains("Transport epoll is not available: ");
    }

    @Test
    void anAddedTransportIsAvailable() throws Exception {
        assumeTrue(transports().contains(Transport.EPOLL)
                && System.getProperty("os.arch").equals("amd64"));
        assertThat(run("--add-modules=io.netty.transport.classes.epoll,io.netty.transport.epoll.linux.x86_64"))
                .contains("variants: [NIO, EPOLL]")
                .contains("backend=netty transport=epoll carrier=loop");
    }

    private static List<Transport> transports() {
        return NettyGuaranteeTestBase.transports().toList();
    }
}
