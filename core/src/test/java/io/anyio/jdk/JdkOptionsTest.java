package io.anyio.jdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anyio.AnyIO;
import io.anyio.Backends;
import io.anyio.RunInfo;
import io.anyio.spi.Carrier;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests of the options of the backend, each of which must have an effect. */
class JdkOptionsTest {

    private static RunInfo info(Map<String, ?> options) {
        return AnyIO.run(AnyIO::currentRun, Backends.options("jdk", options));
    }

    @Test
    void aRunTellsItsBackendAndTransport() {
        RunInfo run = AnyIO.run(AnyIO::currentRun, "jdk");
        assertThat(run.backend()).isEqualTo("jdk");
        assertThat(run.transport()).isEqualTo("selector");
        assertThat(run.loops()).isEqualTo(1);
    }

    @Test
    void theNumberOfLoops() {
        assertThat(AnyIO.run(AnyIO::currentRun, JdkOptions.DEFAULTS.withLoops(3))
                        .loops())
                .isEqualTo(3);
        assertThat(info(Map.of("loops", "2")).loops()).isEqualTo(2);
        assertThat(info(Map.of("loops", 2)).loops()).isEqualTo(2);
    }

    @Test
    void theCarrier() {
        assertThat(AnyIO.run(AnyIO::currentRun, JdkOptions.DEFAULTS.withCarrier(Carrier.PORTABLE))
                        .carrier())
                .isEqualTo(Carrier.PORTABLE);
        assertThat(info(Map.of("carrier", "portable")).carrier()).isEqualTo(Carrier.PORTABLE);
    }

    @Test
    void namesGiveTheSameOptionsAsMethods() {
        assertThat(Backends.options("jdk", Map.of("debug", "true", "loops", "2", "carrier", "loop")))
                .hasToString(JdkOptions.DEFAULTS
                        .withDebug(true)
                        .withLoops(2)
                        .withCarrier(Carrier.LOOP)
                        .toString());
    }

    @ParameterizedTest
    @CsvSource({
        "loops, many, a whole number",
        "loops, , a whole number",
        "debug, perhaps, true or false",
        "carrier, pigeon, loop or portable",
        "transport, epoll, selector"
    })
    void aValueThatDoesNotFitSaysWhatFits(String option, String value, String expected) {
        Map<String, String> options = new HashMap<>();
        options.put(option, value);
        assertThatThrownBy(() -> Backends.options("jdk", options))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + option + "'")
                .hasMessageContaining(expected);
    }

    @Test
    void anUnknownOptionSaysWhichThereAre() {
        assertThatThrownBy(() -> Backends.options("jdk", Map.of("use_uvloop", true)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "The backend jdk has no option 'use_uvloop'. Known options: loops, debug, carrier, transport");
        assertThatThrownBy(() -> JdkOptions.DEFAULTS.withLoops(0)).isInstanceOf(IllegalArgumentException.class);
    }
}
