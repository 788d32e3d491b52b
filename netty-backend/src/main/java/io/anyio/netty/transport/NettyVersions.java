package io.anyio.netty.transport;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoopGroup;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLConnection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The versions of Netty's artifacts on the class path or module path, and whether this backend can run on them.
 *
 * <p>Netty supports only artifacts of one version together. Build tools choose the version of each artifact separately,
 * so that two libraries that need Netty easily result in a mixture, which fails later with errors of linkage.
 */
public final class NettyVersions {
    /*
     * Each artifact contains the file VERSIONS with its name and version. The version of an artifact is read from the
     * place, a jar or a module, from which its classes are loaded: other places can be on the class path as well, such
     * as the jars of a parent class loader, or libraries that contain a Netty with renamed packages and its file. No
     * class is loaded for that, because the artifact of another system's transport must not be touched.
     *
     * A place without the file, or with a file that does not name the artifact, is not checked. So a program that was
     * packaged as one jar or compiled ahead of time has no false alarm.
     */

    /** The version that this backend is tested with, and that its pom asks for. */
    static final String TESTED = "4.2.18.Final";

    private static final String VERSIONS = "META-INF/io.netty.versions.properties";

    /** Artifacts, each with a class of it, below Netty's root package. */
    private static final String CLASSES = """
            netty-common util/Version
            netty-buffer buffer/ByteBuf
            netty-resolver resolver/AddressResolverGroup
            netty-transport channel/EventLoopGroup
            netty-transport-native-unix-common channel/unix/UnixChannel
            netty-transport-classes-epoll channel/epoll/Epoll
            netty-transport-classes-kqueue channel/kqueue/KQueue
            netty-transport-classes-io_uring channel/uring/IoUring
            netty-handler handler/ssl/SslHandler
            netty-handler-proxy handler/proxy/ProxyHandler
            netty-codec handler/codec/ByteToMessageDecoder
            netty-codec-base handler/codec/ByteToMessageDecoder
            netty-codec-compression handler/codec/compression/ZlibCodecFactory
            netty-codec-dns handler/codec/dns/DnsRecord
            netty-codec-http handler/codec/http/HttpObject
            netty-codec-http2 handler/codec/http2/Http2Frame
            netty-codec-mqtt handler/codec/mqtt/MqttMessage
            netty-codec-redis handler/codec/redis/RedisMessage
            netty-codec-socks handler/codec/socksx/SocksMessage
            netty-resolver-dns resolver/dns/DnsNameResolver
            """;

    /** Artifacts with their classifiers, each with its native library. */
    private static final String LIBRARIES = """
            netty-transport-native-epoll:linux-x86_64 libnetty_transport_native_epoll_x86_64.so
            netty-transport-native-epoll:linux-aarch_64 libnetty_transport_native_epoll_aarch_64.so
            netty-transport-native-io_uring:linux-x86_64 libnetty_transport_native_io_uring42_x86_64.so
            netty-transport-native-io_uring:linux-aarch_64 libnetty_transport_native_io_uring42_aarch_64.so
            netty-transport-native-kqueue:osx-x86_64 libnetty_transport_native_kqueue_x86_64.jnilib
            netty-transport-native-kqueue:osx-aarch_64 libnetty_transport_native_kqueue_aarch_64.jnilib
            """;

    /** A message names so many artifacts of one version. */
    private static final int MOST_NAMES = 4;

    /** What was found: empty if this Netty fits, null before the first check. Any thread; the check has no effects. */
    private static volatile @Nullable String found;

    private NettyVersions() {}

    /** Returns why this backend cannot run on the Netty found, and what to do; empty if it can. Cheap after a call. */
    public static String problem() {
        String problem = found;
        if (problem == null) {
            problem = check();
            found = problem;
        }
        return problem;
    }

    /**
     * Checks that this backend can run on the Netty found.
     *
     * @throws IllegalStateException if not
     */
    public static void require() {
        String problem = problem();
        if (!problem.isEmpty()) {
            throw new IllegalStateException(problem);
        }
    }

    private static String check() {
        Class<?> known;
        try {
            known = EventLoopGroup.class;
        } catch (LinkageError missing) {
            return "Netty is missing or incomplete (" + missing + "). The backend netty needs Netty 4.2: add the"
                    + " dependency io.netty:netty-transport, version " + TESTED + ", or do not exclude it from"
                    + " io.anyio:anyio-netty";
        }
        Map<String, String> versions = versions(known);
        if (versions.values().stream().distinct().count() > 1) {
            return mixture(versions);
        }
        try {
            var _ = IoEventLoopGroup.class.getName(); // new in 4.2
            return "";
        } catch (LinkageError missing) {
            return "Netty " + versions.getOrDefault("netty-transport", "of an unknown version")
                    + " is on the class path or module path. The backend netty needs Netty 4.2: "
                    + cure(TESTED);
        }
    }

    /** Returns the message for a mixture, the versions in descending order. */
    static String mixture(Map<String, String> versions) {
        Map<String, List<String>> artifacts = new TreeMap<>(NettyVersions::compare);
        versions.keySet().stream()
                .sorted()
                .forEach(artifact -> artifacts.merge(
                        versions.get(artifact),
                        List.of(artifact),
                        (some, more) ->
                                Stream.concat(some.stream(), more.stream()).toList()));
        String list = artifacts.entrySet().stream()
                .map(entry -> entry.getKey() + " (" + names(entry.getValue()) + ")")
                .collect(Collectors.joining(" and "));
        String newest = artifacts.keySet().iterator().next();
        return "The class path or module path has a mixture of Netty versions: " + list + ". All artifacts must have"
                + " one version: " + cure(compare(newest, TESTED) < 0 ? newest : TESTED);
    }

    private static String names(List<String> artifacts) {
        int rest = artifacts.size() - MOST_NAMES;
        return rest <= 1
                ? String.join(", ", artifacts)
                : String.join(", ", artifacts.subList(0, MOST_NAMES)) + " and " + rest + " others";
    }

    private static String cure(String version) {
        return "import io.netty:netty-bom, version " + version + ", with <type>pom</type> and <scope>import</scope> in"
                + " the section dependencyManagement of your pom, before other imports";
    }

    /** Compares two versions by their numbers; the newer one comes first. */
    private static int compare(String one, String other) {
        String[] ones = one.split("\\D+", -1);
        String[] others = other.split("\\D+", -1);
        for (int i = 0; i < Math.min(ones.length, others.length); i++) {
            if (!ones[i].equals(others[i])) {
                return Integer.compare(number(others[i]), number(ones[i]));
            }
        }
        return other.compareTo(one);
    }

    private static int number(String digits) {
        return digits.isEmpty() || digits.length() > 9 ? 0 : Integer.parseInt(digits);
    }

    /** Returns the versions by artifact, as the class loader of {@code known} finds them; unknown ones are absent. */
    static Map<String, String> versions(Class<?> known) {
        ClassLoader loader = known.getClassLoader();
        String root = known.getName().replace('.', '/').replaceFirst("channel/EventLoopGroup$", ""); // perhaps renamed
        Map<String, String> versions = new LinkedHashMap<>();
        if (loader != null) {
            Map<String, Properties> places = places(loader);
            CLASSES.lines()
                    .map(line -> line.split(" ", 2))
                    .forEach(artifact -> add(versions, artifact[0], root + artifact[1] + ".class", loader, places));
            LIBRARIES
                    .lines()
                    .map(line -> line.split(" ", 2))
                    .forEach(artifact -> add(versions, artifact[0], "META-INF/native/" + artifact[1], loader, places));
        }
        return versions;
    }

    private static void add(
            Map<String, String> versions,
            String artifact,
            String content,
            ClassLoader loader,
            Map<String, Properties> places) {
        URL there = loader.getResource(content);
        Properties place = there == null ? null : places.get(place(there, content));
        String version = place == null ? null : place.getProperty(artifact.replaceFirst(":.*", "") + ".version");
        if (version != null) {
            versions.put(artifact, version);
        }
    }

    /** Returns the files with the versions, by their places. */
    private static Map<String, Properties> places(ClassLoader loader) {
        Map<String, Properties> places = new HashMap<>();
        try {
            for (URL file : (Iterable<URL>) loader.resources(VERSIONS)::iterator) {
                places.putIfAbsent(place(file, VERSIONS), read(file));
            }
        } catch (IOException | RuntimeException unreadable) {
            return Map.of(); // a class loader that cannot list resources: nothing is known
        }
        return places;
    }

    /** Returns the jar or folder that contains a resource. */
    private static String place(URL resource, String name) {
        String text = resource.toExternalForm();
        return text.endsWith(name) ? text.substring(0, text.length() - name.length()) : text;
    }

    private static Properties read(URL file) throws IOException {
        URLConnection connection = file.openConnection();
        connection.setUseCaches(false); // a jar that remains open cannot be replaced on some systems
        var properties = new Properties();
        try (InputStream in = connection.getInputStream()) {
            properties.load(in);
        }
        return properties;
    }
}
