package io.anyio.netty.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.AnyIO;
import io.anyio.TaskGroup;
import io.anyio.net.Tcp;
import io.anyio.netty.NettyBackendProvider;
import io.anyio.netty.NettyOptions;
import io.anyio.netty.NettyRuntime;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** A program in a JVM of its own, whose class path has other jars of Netty than that of the tests. */
final class OtherNetty {
    /** The copies that the build makes. */
    private static final Path OTHERS = Path.of("target", "other-netty");

    private OtherNetty() {}

    /** Prints what the library makes of the Netty that it finds; each line begins with a word for the question. */
    public static void main(String[] arguments) {
        print("available", () -> String.valueOf(AnyIO.availableBackends()));
        print("default", () -> AnyIO.run(() -> AnyIO.currentRun().backend()));
        print("named", () -> AnyIO.run(() -> AnyIO.currentRun().backend(), "netty"));
        print("jdk", () -> AnyIO.run(() -> AnyIO.currentRun().backend(), "jdk"));
        for (String option : arguments) {
            print(option, () -> switch (option) {
                case "attach" -> Attaching.attach();
                case "native" -> echo(NettyOptions.DEFAULTS.withUseNativeTransport(true));
                case "variants" ->
                    String.valueOf(new NettyBackendProvider()
                            .variants().stream()
                                    .map(variant ->
                                            variant.transport().orElseThrow().label())
                                    .toList());
                default -> echo((NettyOptions) io.anyio.Backends.options("netty", Map.of("transport", option)));
            });
        }
    }

    private interface Question {
        String answer() throws Exception;
    }

    private static void print(String name, Question question) {
        try {
            System.out.println(name + ": " + question.answer());
        } catch (Exception | LinkageError failure) {
            System.out.println(name + ": " + failure);
        }
    }

    /** Sends bytes to a server and back, so that the classes of both sides are used; returns the transport. */
    private static String echo(NettyOptions options) throws Exception {
        return AnyIO.run(
                () -> TaskGroup.call(group -> {
                    try (var listener = Tcp.listen("127.0.0.1", 0)) {
                        group.startSoon(() -> listener.serve(stream -> stream.send(stream.receive())));
                        try (var client = Tcp.connect("127.0.0.1", listener.port())) {
                            client.send("hello".getBytes(StandardCharsets.UTF_8));
                            String answer = new String(client.receive(), StandardCharsets.UTF_8);
                            group.cancel();
                            return answer + " on " + AnyIO.currentRun().transport();
                        }
                    }
                }),
                options);
    }

    /** In a class of its own, because it cannot be loaded without Netty. */
    private static final class Attaching {
        @SuppressWarnings("deprecation") // exists in Netty 4.1, too
        static String attach() {
            EventLoopGroup group = new NioEventLoopGroup(1);
            try (var runtime = NettyRuntime.attach(group)) {
                return runtime.start(() -> AnyIO.currentRun().transport()).join();
            } finally {
                var _ = group.shutdownGracefully(0, 5, TimeUnit.SECONDS);
            }
        }
    }

    /** Returns the jars of Netty on the class path of the tests. */
    static List<Path> ours() {
        return classPath().filter(OtherNetty::isNetty).toList();
    }

    private static Stream<Path> classPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .map(Path::of);
    }

    private static boolean isNetty(Path jar) {
        return jar.getFileName().toString().startsWith("netty-");
    }

    /** Returns the copied jar whose name begins so. */
    static Path jar(String beginning) throws IOException {
        try (Stream<Path> jars = Files.list(OTHERS)) {
            return jars.filter(jar -> jar.getFileName().toString().startsWith(beginning))
                    .findFirst()
                    .orElseThrow(() -> new IOException(OTHERS.toAbsolutePath() + " has no " + beginning));
        }
    }

    /** Returns the class path of the tests without some jars of Netty, with others in their place. */
    static List<Path> classPath(Predicate<String> without, Path... instead) {
        List<Path> result = new ArrayList<>(classPath()
                .filter(jar -> !(isNetty(jar) && without.test(jar.getFileName().toString())))
                .toList());
        result.addAll(List.of(instead));
        return result;
    }

    /** Runs the program and returns its output, errors included. */
    static String run(List<Path> classPath, List<String> flags, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(List.of("--add-opens=java.base/java.lang=ALL-UNNAMED", "--enable-native-access=ALL-UNNAMED"));
        command.add("-XX:TieredStopAtLevel=1"); // the programs are short
        command.addAll(flags);
        command.add("-cp");
        command.add(String.join(
                File.pathSeparator, classPath.stream().map(Path::toString).toList()));
        command.add(OtherNetty.class.getName());
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
