import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;

/** Prints the ten slowest tests of the reports below a folder; the build runs it as a source file at the end of verify. */
final class SlowestTests {
    private record Timed(double seconds, String where, String test) {}

    private SlowestTests() {}

    public static void main(String[] args) throws IOException, XMLStreamException {
        Path root = Path.of(args[0]).toRealPath();
        List<Timed> tests = new ArrayList<>();
        for (Path report : reports(root)) {
            tests.addAll(read(root, report));
        }
        if (tests.isEmpty()) {
            return;
        }
        tests.sort(Comparator.comparingDouble(Timed::seconds).reversed());
        System.out.println("The ten slowest of " + tests.size() + " tests:");
        for (Timed test : tests.subList(0, Math.min(10, tests.size()))) {
            System.out.printf(Locale.ROOT, "%8.2f s  %s  (%s)%n", test.seconds(), test.test(), test.where());
        }
    }

    private static List<Path> reports(Path root) throws IOException {
        List<Path> reports = new ArrayList<>();
        try (var modules = Files.newDirectoryStream(root, Files::isDirectory)) {
            for (Path module : modules) {
                Path folder = module.resolve("target/surefire-reports");
                if (Files.isDirectory(folder)) {
                    try (var files = Files.walk(folder)) {
                        files.filter(file -> file.getFileName().toString().matches("TEST-.*\\.xml"))
                                .forEach(reports::add);
                    }
                }
            }
        }
        return reports;
    }

    private static List<Timed> read(Path root, Path report) throws IOException, XMLStreamException {
        String where = root.relativize(report).getName(0) + ", " + report.getParent().getFileName();
        List<Timed> tests = new ArrayList<>();
        try (InputStream in = Files.newInputStream(report)) {
            var xml = XMLInputFactory.newDefaultFactory().createXMLStreamReader(in);
            while (xml.hasNext()) {
                if (xml.next() == xml.START_ELEMENT && xml.getLocalName().equals("testcase")) {
                    double seconds = Double.parseDouble(xml.getAttributeValue(null, "time").replace(",", ""));
                    String type = xml.getAttributeValue(null, "classname");
                    tests.add(new Timed(seconds, where, type + "." + xml.getAttributeValue(null, "name")));
                }
            }
        }
        return tests;
    }
}
