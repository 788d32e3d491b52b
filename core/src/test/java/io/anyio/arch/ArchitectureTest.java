package io.anyio.arch;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import io.anyio.internal.Wait;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The dependencies between packages, and what may be done in one place only. */
@Tag("once")
class ArchitectureTest {
    private static final JavaClasses CORE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.anyio");

    /** Each package is a slice, the root too. */
    private static final SliceAssignment PACKAGES = new SliceAssignment() {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            return type.getPackageName().startsWith("io.anyio")
                    ? SliceIdentifier.of(type.getPackageName())
                    : SliceIdentifier.ignore();
        }

        @Override
        public String getDescription() {
            return "packages";
        }
    };

    private static final DescribedPredicate<JavaClass> TYPES_OF_THE_ENGINE = DescribedPredicate.describe(
            "of the root, which the engine may name",
            type -> Packages.ROOT_TYPES_OF_THE_ENGINE.contains(type.getFullName()));

    @Test
    void coreKnowsNoNetworkLibrary() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.netty..")
                .check(CORE);
    }

    /** JUnit is optional: a program without it must not meet a class that needs it. */
    @Test
    void onlyTheExtensionUsesJUnit() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.anyio.testing.junit")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.junit..")
                .check(CORE);
    }

    @Test
    void packagesFormNoCycles() {
        slices().assignedFrom(PACKAGES)
                .should()
                .beFreeOfCycles()
                .ignoreDependency(resideInAPackage("io.anyio.internal"), TYPES_OF_THE_ENGINE)
                .check(CORE);
    }

    static Set<String> packages() {
        return Packages.USES.keySet();
    }

    @ParameterizedTest
    @MethodSource("packages")
    void aPackageUsesOnlyThoseThatItMay(String name) {
        String home = Packages.fullName(name);
        Set<String> allowed =
                Packages.USES.get(name).stream().map(Packages::fullName).collect(Collectors.toSet());
        DescribedPredicate<JavaClass> others = DescribedPredicate.describe(
                "of ours, outside of " + home + " and " + allowed,
                type -> type.getPackageName().startsWith("io.anyio")
                        && !type.getPackageName().equals(home)
                        && !allowed.contains(type.getPackageName())
                        && !(name.equals("internal") && TYPES_OF_THE_ENGINE.test(type)));
        noClasses()
                .that()
                .resideInAPackage(home)
                .should()
                .dependOnClassesThat(others)
                .check(CORE);
    }

    @Test
    void everyPackageIsListed() {
        Set<String> listed = packages().stream().map(Packages::fullName).collect(Collectors.toSet());
        assertThat(CORE.stream().map(JavaClass::getPackageName).filter(name -> name.startsWith("io.anyio")))
                .isSubsetOf(listed);
    }

    /** The lists are in the Javadoc of the module, on the first page of the API documentation, and in the docs. */
    @Test
    void readersFindEveryExportedPackage() throws IOException {
        List<String> exported =
                Packages.exported().stream().map(Packages::fullName).toList();
        String module = Files.readString(Path.of("src/main/java/module-info.java"));
        String overview = Files.readString(Path.of("../docs/javadoc/overview.html"));
        String architecture = Files.readString(Path.of("../docs/architecture.md"));
        var lists = new SoftAssertions();
        for (String name : exported) {
            lists.assertThat(module).contains("{@link " + name + "}");
            lists.assertThat(overview).contains("{@link " + name + "}");
            lists.assertThat(architecture).contains("| `" + name + "` | yes |");
        }
        lists.assertAll();
    }

    @Test
    void theEngineIsNotExported() throws IOException {
        assertThat(Packages.exported()).doesNotContainAnyElementsOf(Packages.HIDDEN);
    }

    /** No class that users see extends or names a type of the engine in what they see of it. */
    @Test
    void noPublicSignatureNamesATypeOfTheEngine() throws IOException {
        List<String> exported =
                Packages.exported().stream().map(Packages::fullName).toList();
        classes()
                .that()
                .resideInAnyPackage(exported.toArray(String[]::new))
                .and()
                .arePublic()
                .should(Conditions.nameNoTypeOf("io.anyio.internal"))
                .check(CORE);
    }

    /** Tasks park in {@link Wait}; the others are threads of our own or the thread that waits for a run. */
    @Test
    void tasksParkInOnePlace() {
        noClasses()
                .that()
                .areNotAssignableTo(Wait.class)
                .and()
                .haveNameNotMatching(
                        "io\\.anyio\\.(internal\\.(FallbackLoop|RescueThread|Watchdog|Run)|jdk\\.(SelectorLoop|JdkLoopDriver)"
                                + "|testing\\.SimulationDriver|thread\\.Worker)(\\$.*)?")
                .should()
                .callMethod(LockSupport.class, "park")
                .orShould()
                .callMethod(LockSupport.class, "park", Object.class)
                .orShould()
                .callMethod(LockSupport.class, "parkNanos", long.class)
                .orShould()
                .callMethod(LockSupport.class, "parkNanos", Object.class, long.class)
                .orShould()
                .callMethod(Thread.class, "sleep", long.class)
                .orShould()
                .callMethod(Object.class, "wait")
                .check(CORE);
    }

    @Test
    void theClockIsReadInOnePlace() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("io.anyio.spi.SystemClock")
                .should()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .check(CORE);
    }

    /** Threads made elsewhere would inherit from the caller that happens to come first. */
    @Test
    void platformThreadsAreMadeInOnePlace() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("io.anyio.spi.OwnThreads")
                .should()
                .callMethod(Thread.class, "ofPlatform")
                .orShould()
                .callConstructor(Thread.class, Runnable.class)
                .orShould()
                .callConstructor(Thread.class, Runnable.class, String.class)
                .check(CORE);
    }

    @Test
    void jdkInternalsAreReachedInOnePlace() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("io.anyio.loom.VirtualThreads")
                .should()
                .callMethod(
                        java.lang.invoke.MethodHandles.class,
                        "privateLookupIn",
                        Class.class,
                        java.lang.invoke.MethodHandles.Lookup.class)
                .orShould()
                .callMethod(java.lang.reflect.AccessibleObject.class, "setAccessible", boolean.class)
                .check(CORE);
    }

    /** A lock that parks could leave a loop's thread behind a task that only that loop can run. */
    @Test
    void theEngineHasNoBlockingLocks() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .haveNameMatching("java\\.util\\.concurrent\\.locks\\.(?!LockSupport).*")
                .check(CORE);
        classes()
                .should(Conditions.haveNoMethodThatIs(JavaModifier.SYNCHRONIZED))
                .check(CORE);
    }

    @Test
    void exportedTypesAreFinalSealedOrExceptions() {
        classes()
                .that()
                .arePublic()
                .and()
                .resideOutsideOfPackage("io.anyio.internal")
                .should(Conditions.BE_CLOSED)
                .check(CORE);
    }
}
