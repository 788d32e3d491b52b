package io.anyio.arch;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.anyio.Suspension;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The rules that keep the rooms apart: who may use whom, and what is done in one place only. */
@Tag("once")
class ArchitectureTest {
    private static final JavaClasses CORE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.anyio");

    @Test
    void coreKnowsNoNetworkLibrary() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.netty..")
                .check(CORE);
    }

    @Test
    void packagesFormNoCycles() {
        slices().matching("io.anyio.(*)..").should().beFreeOfCycles().check(CORE);
    }

    @Test
    void theSpiUsesNothingOfOurs() {
        noClasses()
                .that()
                .resideInAPackage("io.anyio.spi..")
                .should()
                .dependOnClassesThat(ofOursOutside("io.anyio.spi"))
                .check(CORE);
    }

    @Test
    void loomUsesNothingOfOurs() {
        noClasses()
                .that()
                .resideInAPackage("io.anyio.loom..")
                .should()
                .dependOnClassesThat(ofOursOutside("io.anyio.loom"))
                .check(CORE);
    }

    @Test
    void theRootUsesOnlySpiAndLoom() {
        noClasses()
                .that()
                .resideInAPackage("io.anyio")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.anyio.resource..",
                        "io.anyio.sync..",
                        "io.anyio.stream..",
                        "io.anyio.net..",
                        "io.anyio.task..",
                        "io.anyio.thread..",
                        "io.anyio.testing..")
                .check(CORE);
    }

    @Test
    void nothingUsesTesting() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.anyio.testing..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.anyio.testing..")
                .check(CORE);
    }

    /** Tasks park in {@link Suspension}; the others are threads of our own or the thread that waits for a run. */
    @Test
    void tasksParkInOnePlace() {
        noClasses()
                .that()
                .areNotAssignableTo(Suspension.class)
                .and()
                .haveNameNotMatching(
                        "io\\.anyio\\.(FallbackLoop|RescueThread|Watchdog|Run|testing\\.SimulationDriver)(\\$.*)?")
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
                .that()
                .resideInAnyPackage(
                        "io.anyio", "io.anyio.sync..", "io.anyio.stream..", "io.anyio.task..", "io.anyio.net..")
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
        classes().that().arePublic().should(Conditions.BE_CLOSED).check(CORE);
    }

    private static DescribedPredicate<JavaClass> ofOursOutside(String home) {
        return DescribedPredicate.describe(
                "of ours, outside of " + home,
                type -> type.getPackageName().startsWith("io.anyio")
                        && !type.getPackageName().equals(home));
    }
}
