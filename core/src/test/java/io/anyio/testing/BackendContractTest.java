package io.anyio.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.anyio.testing.BackendContract.Part;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The contract of backends holds for the simulation, and finds what is wrong with other backends. */
class BackendContractTest {

    private static Stream<DynamicTest> tests(String subject, Simulation simulation) {
        return BackendContract.of(simulation)
                .checks()
                .map(check -> dynamicTest(subject + ": " + check.name(), check::run));
    }

    @TestFactory
    Stream<DynamicTest> theSimulationFulfilsIt() {
        return Stream.of(
                        tests("one loop", Simulation.DEFAULTS),
                        tests("three loops", Simulation.DEFAULTS.withSeed(1).withLoops(3)),
                        tests("slices", Simulation.DEFAULTS.withSlices(true)))
                .flatMap(tests -> tests);
    }

    @TestFactory
    Stream<DynamicTest> everyFaultIsFound() {
        return BackendFaults.all()
                .map(fault -> dynamicTest(fault.toString(), () -> {
                    ContractCheck check = BackendContract.of(fault.broken())
                            .withTimeLimit(Duration.ofSeconds(2))
                            .checks()
                            .filter(one -> one.name().equals(fault.rule()))
                            .findFirst()
                            .orElseThrow();
                    assertThatThrownBy(check::run)
                            .isInstanceOf(AssertionError.class)
                            .hasMessageStartingWith("Broken: \"" + fault.rule() + "\". ")
                            .hasMessageContaining(fault.finding());
                }));
    }

    private static List<String> names(BackendContract contract) {
        return contract.checks().map(ContractCheck::name).toList();
    }

    @Test
    void aPartThatIsNotOfferedIsNotChecked() {
        BackendFaults.Fault broken = BackendFaults.all()
                .filter(fault -> fault.name().equals("ignores an earlier timer"))
                .findFirst()
                .orElseThrow();
        BackendContract.of(broken.broken())
                .withParts(Part.LOOPS, Part.SEVERAL_LOOPS, Part.THREADS)
                .verify();
        BackendContract contract = BackendContract.of(Simulation.DEFAULTS);
        assertThat(names(contract.withParts(Part.LOOPS, Part.TIMERS)))
                .contains(broken.rule())
                .doesNotContain("no timer fires early");
        assertThat(names(contract.withParts(Part.TASKS, Part.TIMERS)))
                .doesNotContain(broken.rule())
                .contains("no timer fires early");
        assertThat(names(contract.withParts(Part.values()))).isEqualTo(names(contract));
        assertThatThrownBy(contract::withParts).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void eachPartHasChecks() {
        BackendContract contract = BackendContract.of(Simulation.DEFAULTS);
        for (Part part : Part.values()) {
            Part[] others = Stream.of(Part.values()).filter(one -> one != part).toArray(Part[]::new);
            assertThat(names(contract.withParts(others))).as("without %s", part).isNotEqualTo(names(contract));
        }
    }

    @Test
    void aCheckOfABackendIsNotForTasks() {
        ContractCheck check =
                BackendContract.of(Simulation.DEFAULTS).checks().findFirst().orElseThrow();
        assertThatThrownBy(() -> check.runOn(Simulation.DEFAULTS)).isInstanceOf(IllegalStateException.class);
    }
}
