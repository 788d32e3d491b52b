package io.anyio.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.anyio.NoEventLoopException;
import io.anyio.stream.ByteReceiveStream;
import io.anyio.stream.ByteSendStream;
import io.anyio.stream.ByteStream;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The contract of byte streams holds for a good stream, and finds what is wrong with others. */
class ByteStreamContractTest {
    private static final int SEEDS = 3;

    @TestFactory
    Stream<DynamicTest> aGoodStreamFulfilsIt() {
        return ByteStreamContract.twoWay(PipeStream::pair)
                .checks()
                .map(check -> dynamicTest(check.name(), () -> {
                    for (int seed = 0; seed < SEEDS; seed++) {
                        check.runOn(Simulation.DEFAULTS.withSeed(seed));
                    }
                }));
    }

    private static Stream<StreamFault> faults() {
        return Stream.of(TransferFaults.all(), EndFaults.all(), WaitFaults.all(), HalfCloseFaults.all())
                .flatMap(List::stream);
    }

    private static ByteStreamContract broken(StreamFault fault) {
        return ByteStreamContract.twoWay(() -> {
                    var good = PipeStream.pair();
                    return new StreamPair<ByteStream, ByteStream>(
                            fault.breaker().apply(good.sender()),
                            fault.breaker().apply(good.receiver()));
                })
                .withTimeLimit(Duration.ofSeconds(3)); // of virtual time
    }

    @TestFactory
    Stream<DynamicTest> everyFaultIsFound() {
        return faults().map(fault -> dynamicTest(fault.toString(), () -> {
            ContractCheck check = broken(fault)
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
        Set<String> broken = faults().map(StreamFault::rule).collect(Collectors.toSet());
        Set<String> rules = ByteStreamContract.twoWay(PipeStream::pair)
                .checks()
                .map(ContractCheck::name)
                .filter(name -> !name.endsWith("(in the other direction)"))
                .collect(Collectors.toSet());
        assertThat(broken).isEqualTo(rules);
    }

    @Test
    void oneDirectionHasFewerRules() {
        ByteStreamContract oneWay = ByteStreamContract.<ByteSendStream, ByteReceiveStream>oneWay(() -> {
            var pair = PipeStream.pair();
            return new StreamPair<>(pair.sender(), pair.receiver());
        });
        assertThat(oneWay.checks().map(ContractCheck::name)).noneMatch(name -> name.contains("sendEof"));
        assertThat(oneWay.withHalfClose(true).checks())
                .hasSameSizeAs(oneWay.checks().toList());
        assertThat(oneWay.withClogging(false).checks())
                .hasSizeLessThan((int) oneWay.checks().count());
        Simulation.DEFAULTS.run(oneWay::verify);
    }

    @Test
    void verifyNamesEveryBrokenRule() {
        StreamFault fault = EndFaults.all().get(3);
        ByteStreamContract contract = ByteStreamContract.<ByteSendStream, ByteReceiveStream>oneWay(() -> {
                    var good = PipeStream.pair();
                    return new StreamPair<>(fault.breaker().apply(good.sender()), good.receiver());
                })
                .withClogging(false);
        assertThatThrownBy(() -> Simulation.DEFAULTS.run(contract::verify))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("rules of the contract are broken")
                .hasMessageContaining(fault.rule());
    }

    @Test
    void aCheckOfAStreamIsForTasks() {
        ContractCheck check =
                ByteStreamContract.twoWay(PipeStream::pair).checks().findFirst().orElseThrow();
        assertThatThrownBy(check::run).isInstanceOf(NoEventLoopException.class);
        assertThat(check).hasToString(check.name());
    }
}
