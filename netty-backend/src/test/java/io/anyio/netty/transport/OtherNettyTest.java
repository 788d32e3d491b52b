package io.anyio.netty.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests of programs with a missing, an old or a mixed Netty, each in a JVM of its own. */
@Tag("once")
class OtherNettyTest {
    private static final String CURE = "import io.netty:netty-bom, version " + NettyVersions.TESTED + ",";

    private static String line(String output, String question) {
        return output.lines()
                .filter(line -> line.startsWith(question + ": "))
                .findFirst()
                .orElseThrow(() -> new AssertionError(output))
                .substring(question.length() + 2);
    }

    private static Predicate<String> startsWith(String beginning) {
        return name -> name.startsWith(beginning);
    }

    /** Every way to the backend gives this error, and no other backend takes its place. */
    private static void isRefused(String output, String... words) {
        assertThat(line(output, "available")).isEqualTo("[jdk, simulation]");
        assertThat(line(output, "jdk")).isEqualTo("jdk");
        for (String question : List.of("default", "named")) {
            assertThat(line(output, question))
                    .startsWith("java.lang.IllegalStateException: The backend 'netty' cannot run here. ")
                    .contains(words);
        }
    }

    /** The error of attaching is the same. */
    private static void isRefusedWhenAttaching(String output, String... words) {
        assertThat(line(output, "attach"))
                .startsWith("java.lang.IllegalStateException: ")
                .contains(words);
    }

    @Test
    void aCommonPartOfThePreviousRelease() throws Exception {
        String output = OtherNetty.run(
                OtherNetty.classPath(startsWith("netty-common"), OtherNetty.jar("netty-common-4.2.")),
                List.of(),
                "attach",
                "variants");
        String[] words = {
            "mixture of Netty versions",
            NettyVersions.TESTED + " (netty-buffer, ",
            " others) and",
            " and 4.2.17.Final (netty-common)",
            CURE
        };
        isRefused(output, words);
        isRefusedWhenAttaching(output, words);
        assertThat(line(output, "variants")).contains(words);
    }

    @Test
    void aHandlerOf41() throws Exception {
        String output = OtherNetty.run(
                OtherNetty.classPath(startsWith("netty-handler"), OtherNetty.jar("netty-handler-4.1.")),
                List.of(),
                "attach");
        String[] words = {NettyVersions.TESTED + " (netty-buffer", " and 4.1.138.Final (netty-handler)", CURE};
        isRefused(output, words);
        isRefusedWhenAttaching(output, words);
    }

    @Test
    void aNativeLibraryOfThePreviousRelease() throws Exception {
        String output = OtherNetty.run(
                OtherNetty.classPath(
                        name -> name.startsWith("netty-transport-native-epoll") && name.endsWith("x86_64.jar"),
                        OtherNetty.jar("netty-transport-native-epoll-4.2.")),
                List.of(),
                "attach");
        String[] words = {" and 4.2.17.Final (netty-transport-native-epoll:linux-x86_64)", CURE};
        isRefused(output, words);
        isRefusedWhenAttaching(output, words);
    }

    @Test
    void aTransportOf41BesideTheRest() throws Exception {
        String output = OtherNetty.run(
                OtherNetty.classPath(
                        name -> name.startsWith("netty-transport-4") || name.startsWith("netty-common"),
                        OtherNetty.jar("netty-transport-4.1."),
                        OtherNetty.jar("netty-common-4.1.")),
                List.of(),
                "attach");
        String[] words = {"mixture", " and 4.1.138.Final (netty-common, netty-transport)", CURE};
        isRefused(output, words);
        isRefusedWhenAttaching(output, words);
    }

    @Test
    void nothingButNetty41() throws Exception {
        String output = OtherNetty.run(
                OtherNetty.classPath(
                        _ -> true,
                        OtherNetty.jar("netty-common-4.1."),
                        OtherNetty.jar("netty-buffer-4.1."),
                        OtherNetty.jar("netty-resolver-4.1."),
                        OtherNetty.jar("netty-transport-4.1.")),
                List.of(),
                "attach");
        String[] words = {"Netty 4.1.138.Final is on the class path", "needs Netty 4.2: " + CURE};
        isRefused(output, words);
        isRefusedWhenAttaching(output, words);
    }

    @Test
    void noNettyAtAll() throws Exception {
        String output = OtherNetty.run(OtherNetty.classPath(_ -> true), List.of());
        isRefused(output, "Netty is missing", "io.netty:netty-transport, version " + NettyVersions.TESTED);
    }

    @Test
    void withoutTheArtifactsOfNativeTransportsNioIsAvailable() throws Exception {
        String output = OtherNetty.run(
                OtherNetty.classPath(name ->
                        name.startsWith("netty-transport-classes") || name.matches("netty-transport-native-[eki].*")),
                List.of(),
                "nio",
                "native",
                "epoll",
                "kqueue",
                "io_uring",
                "variants",
                "attach");
        assertThat(line(output, "available")).isEqualTo("[netty, jdk, simulation]");
        assertThat(line(output, "default")).isEqualTo("netty");
        assertThat(line(output, "nio")).isEqualTo("hello on nio");
        assertThat(line(output, "native")).isEqualTo("hello on nio");
        assertThat(line(output, "variants")).isEqualTo("[nio]");
        assertThat(line(output, "attach")).isEqualTo("nio");
        boolean linux = TransportSupport.isLinux();
        for (String transport : List.of("epoll", "io_uring", "kqueue")) {
            String reason = transport.equals("kqueue") == linux
                    ? transport + " needs "
                    : "NoClassDefFoundError: io/netty/channel/"; // also when asked again
            assertThat(line(output, transport))
                    .contains("IllegalStateException: Transport " + transport + " is not available: ")
                    .contains(reason);
            if (!reason.startsWith(transport)) {
                assertThat(line(output, transport)).contains("Add io.netty:netty-transport-classes-" + transport);
            }
        }
    }

    @Test
    void noClassOfATransportThatIsNotUsedIsLoaded() throws Exception {
        List<String> trace = List.of("-Xlog:class+load:stdout");
        String nio = OtherNetty.run(OtherNetty.classPath(_ -> false), trace, "nio", "attach");
        assertThat(nio).contains(" io.netty.channel.nio.NioIoHandler ").contains("nio: hello on nio");
        assertThat(loaded(nio)).isEmpty();
        assumeTrue(TransportSupport.whyNot(TransportKind.EPOLL).isEmpty());
        String epoll = OtherNetty.run(OtherNetty.classPath(_ -> false), trace, "native");
        assertThat(epoll).contains("native: hello on epoll");
        assertThat(loaded(epoll)).isNotEmpty().allMatch(line -> line.contains(" io.netty.channel.epoll."));
    }

    /** Returns the lines on classes of Netty's native transports. */
    private static List<String> loaded(String output) {
        return output.lines()
                .filter(line -> line.contains(" io.netty.channel.epoll.")
                        || line.contains(" io.netty.channel.kqueue.")
                        || line.contains(" io.netty.channel.uring."))
                .toList();
    }
}
