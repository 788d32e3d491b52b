package io.anyio.netty.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.anyio.AnyIO;
import io.anyio.netty.NettyOptions;
import io.anyio.netty.NettyRuntime;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Tests that the multishot poll, with which io_uring loses resets, and the multishot accept, with which it does not
 * rest, are disabled in groups that a factory creates, and reported where they are already enabled. Runs in separate
 * JVMs, because Netty decides once.
 */
@Tag("once")
class IoUringPollTest {
    private static final String FLAG = "-Dio.netty.iouring.pollAddMultishotEnabled=";
    private static final String ACCEPT_FLAG = "-Dio.netty.iouring.acceptMultiShotEnabled=";

    /** Creates its group in the factory, or before; uses a group twice. */
    static final class Program {
        public static void main(String[] arguments) {
            if (arguments[0].equals("factory")) {
                AnyIO.run(Program::tell, NettyOptions.DEFAULTS.withLoopFactory(Program::group));
                return;
            }
            EventLoopGroup group = group();
            NettyRuntime.attach(group).close();
            if (arguments[0].equals("attach")) {
                NettyRuntime.attach(group).close();
                group.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
                tell();
            } else {
                AnyIO.run(Program::tell, NettyOptions.DEFAULTS.withLoopFactory(() -> group));
            }
        }

        private static EventLoopGroup group() {
            return new MultiThreadIoEventLoopGroup(1, IoUringIoHandler.newFactory());
        }

        private static void tell() {
            System.out.println("one poll for all: " + IoUring.isPollAddMultishotEnabled());
            System.out.println("one accept for all: " + IoUring.isAcceptMultishotEnabled());
        }
    }

    @BeforeAll
    static void thereIsIoUringAndThePoll() throws Exception {
        assumeTrue(TransportSupport.whyNot(TransportKind.IO_URING).isEmpty());
        assumeTrue(run(FLAG + "true", "attach").contains("one poll for all: true"), "an older kernel");
    }

    @Test
    void theyAreOffInAGroupThatAFactoryMakes() throws Exception {
        String output = run("-Dnothing", "factory");
        assertThat(output).contains("one poll for all: false", "one accept for all: false");
        assertThat(warnings(output)).isEmpty();
    }

    @Test
    void whereTheyAreOnAlreadyOneWarningNamesTheFlags() throws Exception {
        for (String way : List.of("attach", "earlier")) {
            List<String> lines = run("-Dnothing", way).lines().toList();
            assertThat(lines).contains("one poll for all: true", "one accept for all: true");
            assertThat(lines.stream().filter(line -> line.contains("io_uring")))
                    .singleElement()
                    .asString()
                    .startsWith("WARNING")
                    .contains("Start the JVM with " + FLAG + "false " + ACCEPT_FLAG + "false");
        }
    }

    @Test
    void eachIsWarnedOfByItself() throws Exception {
        String withoutPoll = run(FLAG + "false", "attach");
        assertThat(withoutPoll).contains("one accept for all: true", "Start the JVM with " + ACCEPT_FLAG + "false.");
        assertThat(warnings(withoutPoll)).doesNotContain("reset");
        String withoutAccept = run(ACCEPT_FLAG + "false", "attach");
        assertThat(withoutAccept).contains("one poll for all: true", "Start the JVM with " + FLAG + "false.");
        assertThat(warnings(withoutAccept)).doesNotContain("processor");
    }

    @Test
    void whoHasChosenIsNotWarned() throws Exception {
        for (String choice : List.of("true", "false")) {
            for (String way : List.of("attach", "factory")) {
                String output = run(FLAG + choice, way, ACCEPT_FLAG + choice);
                assertThat(output).contains("one poll for all: " + choice, "one accept for all: " + choice);
                assertThat(warnings(output)).isEmpty();
            }
        }
    }

    /** The lines of the log that are about io_uring: on a busy machine the watchdog may report something, too. */
    private static String warnings(String output) {
        return output.lines().filter(line -> line.contains("io_uring")).collect(Collectors.joining("\n"));
    }

    private static String run(String flag, String argument, String... flags) throws Exception {
        List<String> command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java"));
        command.addAll(List.of("--add-opens=java.base/java.lang=ALL-UNNAMED", "--enable-native-access=ALL-UNNAMED"));
        command.addAll(List.of("--sun-misc-unsafe-memory-access=allow", flag));
        command.addAll(List.of(flags));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Program.class.getName(), argument));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
