package io.anyio.net;

import static org.assertj.core.api.Assertions.assertThatCode;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.logging.Filter;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/** A logger that fails does not reach the server. */
class ServerLogTest {

    @Test
    void aLoggerThatFailsFailsAlone() {
        Logger logger = Logger.getLogger("io.anyio.net");
        Filter before = logger.getFilter();
        logger.setFilter(record -> {
            throw new IllegalStateException("expected: a logger that fails");
        });
        try {
            var log = new ServerLog();
            assertThatCode(() -> log.refused("expected: Too many open files", Duration.ofMillis(100)))
                    .doesNotThrowAnyException();
            assertThatCode(() -> log.failed(new InetSocketAddress(1), new IllegalStateException("expected")))
                    .doesNotThrowAnyException();
        } finally {
            logger.setFilter(before);
        }
    }
}
