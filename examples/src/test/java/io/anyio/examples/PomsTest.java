package io.anyio.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/** The BOM lists what is published, and the poms in the documentation have the versions of this build. */
@Tag("once")
class PomsTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern XML_BLOCK =
            Pattern.compile("(?:<!-- xml: (\\S+) -->\\n)?```xml\\n(.*?)```", Pattern.DOTALL);

    private static Element root;
    private static Element bom;

    @BeforeAll
    static void readPoms() throws Exception {
        root = parse(Files.readString(ROOT.resolve("pom.xml")));
        bom = parse(Files.readString(ROOT.resolve("core/bom/pom.xml")));
    }

    private static Element parse(String xml) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)))
                .getDocumentElement();
    }

    private static List<Element> all(Element within, String name) {
        NodeList found = within.getElementsByTagName(name);
        return IntStream.range(0, found.getLength())
                .mapToObj(i -> (Element) found.item(i))
                .toList();
    }

    /** Returns the text of a child; empty if there is none. */
    private static String child(Element of, String name) {
        for (Node node = of.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node.getNodeName().equals(name)) {
                return node.getTextContent().strip();
            }
        }
        return "";
    }

    /**
     * Returns the versions of the dependencies and plugins of a pom by their names, those without a version left out.
     */
    private static Map<String, String> versions(Element pom) {
        Map<String, String> versions = new TreeMap<>();
        for (String kind : List.of("dependency", "plugin")) {
            for (Element element : all(pom, kind)) {
                if (!child(element, "version").isEmpty()) {
                    versions.put(
                            child(element, "groupId") + ":" + child(element, "artifactId"), child(element, "version"));
                }
            }
        }
        return versions;
    }

    /** Returns the versions that this build uses. */
    private static Map<String, String> ours() {
        Map<String, String> ours = versions(root);
        String version = child(root, "version");
        ours.replaceAll((name, given) -> given.equals("${project.version}") ? version : given);
        ours.put("io.anyio:anyio-bom", version);
        ours.put("org.junit.jupiter:junit-jupiter", ours.get("org.junit:junit-bom"));
        return ours;
    }

    private static List<Element> modules() throws Exception {
        List<Element> modules = new ArrayList<>();
        for (Element module : all(root, "module")) {
            Path pom = ROOT.resolve(module.getTextContent()).resolve("pom.xml");
            modules.add(parse(Files.readString(pom)));
        }
        return modules;
    }

    @Test
    void theBomListsEveryPublishedArtifactAndTheNettyOfThisBuild() throws Exception {
        Map<String, String> published = new TreeMap<>(Map.of("io.netty:netty-bom", ours().get("io.netty:netty-bom")));
        for (Element module : modules()) {
            boolean deployed = all(module, "maven.deploy.skip").isEmpty();
            if (deployed && !child(module, "packaging").equals("pom")) {
                published.put("io.anyio:" + child(module, "artifactId"), child(root, "version"));
            }
        }
        assertThat(published).containsKeys("io.anyio:anyio-core", "io.anyio:anyio-netty");
        assertThat(child(bom, "version")).isEqualTo(child(root, "version"));
        Element managed = all(bom, "dependencyManagement").getFirst();
        assertThat(versions(managed)).isEqualTo(published);
        assertThat(ours()).containsAllEntriesOf(versions(all(bom, "build").getFirst()));
    }

    @Test
    void theApiDocumentationAndTheBomAgreeOnWhatIsPublished() throws Exception {
        var unpublished = new TreeSet<String>();
        for (Element module : modules()) {
            if (!all(module, "maven.deploy.skip").isEmpty()) {
                unpublished.add(child(module, "artifactId"));
            }
        }
        assertThat(all(root, "skippedModules").getFirst().getTextContent().split(",", -1))
                .containsAll(unpublished);
    }

    @Test
    void thePomsInTheDocumentationHaveTheVersionsOfThisBuild() throws Exception {
        int compared = 0;
        for (String page : List.of("README.md", "docs/basics.md", "docs/embedding.md")) {
            for (MatchResult block : blocks(page)) {
                String xml = block.group(2).replaceFirst("<\\?xml.*\\?>", "");
                Map<String, String> versions = versions(parse("<page>" + xml + "</page>"));
                assertThat(ours()).as(page).containsAllEntriesOf(versions);
                compared += versions.size();
            }
        }
        assertThat(compared).isGreaterThan(5);
    }

    @Test
    void theTableOfOtherLibrariesHasTheTestedVersions() throws Exception {
        Element strangers = parse(Files.readString(ROOT.resolve("netty-backend/strangers/pom.xml")));
        String page = Files.readString(ROOT.resolve("docs/embedding.md"));
        Map<String, String> rows = Map.of(
                "reactor-netty", "reactor-netty.version",
                "gRPC", "grpc.version",
                "Vert.x", "vertx.version",
                "Lettuce", "lettuce.version");
        rows.forEach((library, property) -> assertThat(page)
                .contains("| " + library + " | "
                        + all(strangers, property).getFirst().getTextContent() + " |"));
        assertThat(page).contains("all on Netty " + ours().get("io.netty:netty-bom"));
    }

    @Test
    void theWholePomIsOne() throws Exception {
        MatchResult block = blocks("docs/embedding.md").stream()
                .filter(found -> "pom".equals(found.group(1)))
                .findFirst()
                .orElseThrow();
        Element pom = parse(block.group(2));
        assertThat(pom.getTagName()).isEqualTo("project");
        assertThat(all(pom, "maven.compiler.release").getFirst().getTextContent())
                .isEqualTo(all(root, "maven.compiler.release").getFirst().getTextContent());
        assertThat(all(pom, "plugin").stream().map(plugin -> child(plugin, "artifactId")))
                .contains("maven-compiler-plugin", "maven-surefire-plugin", "exec-maven-plugin");
        assertThat(all(pom, "plugin"))
                .noneMatch(plugin -> child(plugin, "version").isEmpty());
        String flags = all(pom, "properties").getFirst().getTextContent();
        assertThat(flags).contains("--add-opens=java.base/java.lang=ALL-UNNAMED", "--enable-native-access=ALL-UNNAMED");
        Map<String, String> managed = versions(all(pom, "dependencyManagement").getFirst());
        assertThat(managed.keySet()).containsExactly("io.anyio:anyio-bom");
        assertThat(all(pom, "dependency").stream()
                        .filter(dependency -> child(dependency, "version").isEmpty())
                        .map(dependency -> child(dependency, "groupId"))
                        .collect(Collectors.toSet()))
                .isSubsetOf("io.anyio", "io.netty");
    }

    private static List<MatchResult> blocks(String page) throws IOException {
        return XML_BLOCK.matcher(Files.readString(ROOT.resolve(page))).results().toList();
    }
}
