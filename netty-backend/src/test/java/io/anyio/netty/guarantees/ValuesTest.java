package io.anyio.netty.guarantees;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.AnyIO;
import io.anyio.ContextVar;
import io.anyio.TaskGroup;
import io.anyio.netty.NettyRuntime;
import io.anyio.netty.Transport;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests of the values that a task inherits from the code that starts it. */
class ValuesTest extends NettyGuaranteeTestBase {
    private static final ScopedValue<String> SCOPED = ScopedValue.newInstance();
    private static final ContextVar<String> CONTEXT = ContextVar.create("context", "default");

    @ParameterizedTest
    @MethodSource("transports")
    void scopedValuesAreInheritedOnTheLoopCarrier(Transport transport) throws Exception {
        String inherited = onLoopCarrier() ? "outer" : "unbound";
        run(
                transport,
                () -> TaskGroup.run(group -> {
                    ScopedValue.where(SCOPED, "outer")
                            .run(() -> group.startSoon(() -> {
                                assertThat(SCOPED.orElse("unbound")).isEqualTo(inherited);
                                AnyIO.sleep(Duration.ofMillis(1)); // by then the starter has left its block
                                assertThat(SCOPED.orElse("unbound")).isEqualTo(inherited);
                                ScopedValue.where(SCOPED, "inner").run(() -> {
                                    AnyIO.checkpoint();
                                    assertThat(SCOPED.get()).isEqualTo("inner");
                                });
                                assertThat(SCOPED.orElse("unbound")).isEqualTo(inherited);
                            }));
                    assertThat(SCOPED.isBound()).isFalse();
                }));
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aTaskStartedFromOutsideInheritsFromTheThreadThatStartsIt(Transport transport) throws Exception {
        try (var group = group(transport, 1);
                var runtime = NettyRuntime.attach(group)) {
            runtime.start(() -> {}).get(30, TimeUnit.SECONDS); // the runtime is up
            var seen = ScopedValue.where(SCOPED, "starter").call(() -> runtime.start(() -> SCOPED.orElse("unbound")));
            assertThat(seen.get(30, TimeUnit.SECONDS)).isEqualTo(onLoopCarrier() ? "starter" : "unbound");
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void contextVariablesAreInheritedOnBothCarriers(Transport transport) throws Exception {
        run(
                transport,
                () -> TaskGroup.run(group -> {
                    CONTEXT.where(
                            "outer",
                            () -> group.startSoon(() -> {
                                assertThat(CONTEXT.get()).isEqualTo("outer");
                                CONTEXT.set("own");
                                AnyIO.checkpoint();
                                assertThat(CONTEXT.get()).isEqualTo("own");
                            }));
                    AnyIO.sleep(Duration.ofMillis(1));
                    assertThat(CONTEXT.get()).isEqualTo("default");
                }));
    }
}
