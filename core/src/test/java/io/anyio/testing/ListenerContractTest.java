package io.anyio.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The contract of listeners holds for a good listener, and finds what is wrong with others. */
class ListenerContractTest {
    private static final int SEEDS = 3;

    private static ListenerContract good() {
        return ListenerContract.of(PipeListener::new).withAccept(true);
    }

    @TestFactory
    Stream<DynamicTest> aGoodListenerFulfilsIt() {
        return good().checks()
                .map(check -> dynamicTest(check.name(), () -> {
                    for (int seed = 0; seed < SEEDS; seed++) {
                        check.runOn(Simulation.DEFAULTS.withSeed(seed));
                    }
                }));
    }

    @TestFactory
    Stream<DynamicTest> everyFaultIsFound() {
        return ListenerFaults.all()
                .map(fault -> dynamicTest(fault.toString(), () -> {
                    ContractCheck check = ListenerContract.of(
                                    () -> fault.broken().get())
                            .withAccept(true)
                            .checks()
                            .filter(one -> one.name().equals(fault.rule()))
                            .findFirst()
                            .orElseThrow();
                    assertThatThrownBy(() -> check.runOn(Simulation.DEFAULTS))
                            .isInstanceOf(AssertionError.class)
                            .hasMessageStartingWith("Broken: \"" + fault.rule() + "\". ")
                            .hasMessageContaining(fault.finding());
                }));
    }

    @Test
    void everyRuleIsBrokenByAFault() {
        Set<String> broken =
                ListenerFaults.all().map(ListenerFaults.Fault::rule).collect(Collectors.toSet());
        Set<String> rules = good().checks().map(ContractCheck::name).collect(Collectors.toSet());
        assertThat(broken).isEqualTo(rules);
    }

    @Test
    void acceptIsOptional() {
        ListenerContract serving = ListenerContract.of(PipeListener::new);
        assertThat(serving.checks().map(ContractCheck::name)).noneMatch(name -> name.contains("accept that"));
        Simulation.DEFAULTS.run(serving::verify);
    }
}
