package io.anyio.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.anyio.stream.MemoryObjectStream;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The contract of object streams holds for memory streams, and finds what is wrong with others. */
class ObjectStreamContractTest {
    private static final int SEEDS = 3;

    private static ObjectStreamContract<Integer> memory(Supplier<MemoryObjectStream<Integer>> maker) {
        return ObjectStreamContract.oneWay(
                () -> {
                    MemoryObjectStream<Integer> stream = maker.get();
                    return new StreamPair<>(stream.sender(), stream.receiver());
                },
                number -> number);
    }

    private static DynamicTest onSimulation(String subject, ContractCheck check) {
        return dynamicTest(subject + ": " + check.name(), () -> {
            for (int seed = 0; seed < SEEDS; seed++) {
                check.runOn(Simulation.DEFAULTS.withSeed(seed));
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> memoryStreamsFulfilItWithAnyBuffer() {
        Stream<DynamicTest> limited = IntStream.of(0, 1, 5)
                .boxed()
                .flatMap(size -> memory(() -> MemoryObjectStream.create(size))
                        .checks()
                        .map(check -> onSimulation("buffer of " + size, check)));
        Stream<DynamicTest> unlimited = memory(MemoryObjectStream::unlimited)
                .withClogging(false)
                .checks()
                .map(check -> onSimulation("unlimited", check));
        return Stream.concat(limited, unlimited);
    }

    private static ObjectStreamContract<Integer> twoWay() {
        return ObjectStreamContract.twoWay(DuplexStream::pair, number -> number);
    }

    @TestFactory
    Stream<DynamicTest> twoMemoryStreamsInBothDirectionsFulfilIt() {
        return twoWay().checks().map(check -> onSimulation("both directions", check));
    }

    @TestFactory
    Stream<DynamicTest> everyFaultIsFound() {
        return ObjectFaults.all()
                .map(fault -> dynamicTest(fault.toString(), () -> {
                    ContractCheck check = ObjectStreamContract.twoWay(
                                    () -> {
                                        var good = DuplexStream.pair();
                                        return new StreamPair<>(
                                                fault.breaker().apply(good.sender()),
                                                fault.breaker().apply(good.receiver()));
                                    },
                                    number -> number)
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
        Set<String> broken = ObjectFaults.all().map(ObjectFaults.Fault::rule).collect(Collectors.toSet());
        Set<String> rules = twoWay().checks()
                .map(ContractCheck::name)
                .filter(name -> !name.endsWith("(in the other direction)"))
                .collect(Collectors.toSet());
        assertThat(broken).isEqualTo(rules);
    }

    @Test
    void aStreamThatBuffersEverythingIsFoundUnlessItSaysSo() {
        var unlimited = memory(MemoryObjectStream::unlimited);
        List<String> broken = unlimited
                .checks()
                .filter(ObjectStreamContractTest::isBroken)
                .map(ContractCheck::name)
                .toList();
        assertThat(broken)
                .containsExactly(
                        "a send waits for the receiver, and nothing is lost meanwhile",
                        "a send that waits is broken when the receiver closes",
                        "a cancelled send that waited has sent nothing");
        Simulation.DEFAULTS.run(unlimited.withClogging(false)::verify);
    }

    private static boolean isBroken(ContractCheck check) {
        try {
            check.runOn(Simulation.DEFAULTS);
            return false;
        } catch (AssertionError broken) {
            return true;
        }
    }
}
