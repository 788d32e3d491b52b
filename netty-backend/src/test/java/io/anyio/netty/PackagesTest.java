package io.anyio.netty;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests what the packages of the backend may use of each other, and that users see none of them but the API. */
@Tag("once")
class PackagesTest {
    private static final String API = "io.anyio.netty";

    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(API);

    /** What each package may use: packages that precede it. The table in docs/architecture.md. */
    private static final Map<String, Set<String>> USES = new LinkedHashMap<>();

    static {
        USES.put(API + ".transport", Set.of());
        USES.put(API + ".buffer", Set.of(API + ".transport"));
        USES.put(API + ".loop", Set.of(API + ".transport", API + ".buffer"));
        USES.put(API + ".tcp", Set.of(API + ".transport", API + ".buffer", API + ".loop"));
        USES.put(API + ".message", Set.of(API + ".transport", API + ".loop"));
        USES.put(API + ".future", Set.of());
        USES.put(API, Set.of(API + ".transport", API + ".loop", API + ".tcp", API + ".message", API + ".future"));
    }

    static Set<String> packages() {
        return USES.keySet();
    }

    private static boolean isOurs(JavaClass type) {
        return type.getPackageName().equals(API) || type.getPackageName().startsWith(API + ".");
    }

    @ParameterizedTest
    @MethodSource("packages")
    void aPackageUsesOnlyThoseThatItMay(String home) {
        Set<String> allowed = USES.get(home);
        noClasses()
                .that()
                .resideInAPackage(home)
                .should()
                .dependOnClassesThat(DescribedPredicate.describe(
                        "of ours, outside of " + home + " and " + allowed,
                        type -> isOurs(type)
                                && !type.getPackageName().equals(home)
                                && !allowed.contains(type.getPackageName())))
                .check(MAIN);
    }

    @Test
    void everyPackageIsListed() {
        assertThat(MAIN.stream()
                        .filter(PackagesTest::isOurs)
                        .map(JavaClass::getPackageName)
                        .collect(Collectors.toSet()))
                .isEqualTo(packages());
    }

    @Test
    void onlyTheApiIsExported() throws IOException {
        Matcher exports = Pattern.compile("^ *(?:exports|opens) ([\\w.]+)", Pattern.MULTILINE)
                .matcher(Files.readString(Path.of("src/main/java/module-info.java")));
        assertThat(exports.results().map(found -> found.group(1))).containsExactly(API);
    }

    @Test
    void noTypeOfTheApiNamesOneThatIsNotExported() {
        for (JavaClass type : MAIN) {
            if (type.getPackageName().equals(API) && type.getModifiers().contains(JavaModifier.PUBLIC)) {
                assertThat(named(type).filter(PackagesTest::isOurs).map(JavaClass::getPackageName))
                        .as("packages of what users see of %s", type.getName())
                        .allMatch(API::equals);
            }
        }
    }

    /** Returns what users see of a type: its supertypes, and the types in what is public or protected. */
    private static Stream<JavaClass> named(JavaClass type) {
        Stream<JavaClass> supertypes =
                Stream.concat(type.getAllRawSuperclasses().stream(), type.getAllRawInterfaces().stream());
        return Stream.concat(
                supertypes,
                type.getMembers().stream()
                        .filter(PackagesTest::isVisible)
                        .flatMap(member -> member.getAllInvolvedRawTypes().stream())
                        .map(JavaClass::getBaseComponentType));
    }

    private static boolean isVisible(JavaMember member) {
        return member.getModifiers().contains(JavaModifier.PUBLIC)
                || member.getModifiers().contains(JavaModifier.PROTECTED);
    }

    /** A server whose classes are in folders loads those of the network's package, and of the packages below it. */
    @Test
    void theNetworkIsAboveAllOtherPackages() {
        String ofNetwork = NettyNetwork.class.getPackageName();
        assertThat(packages().stream()
                        .filter(name -> !name.startsWith(ofNetwork + "."))
                        .collect(Collectors.toSet()))
                .containsExactly(ofNetwork);
    }
}
