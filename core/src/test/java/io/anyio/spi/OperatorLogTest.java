package io.anyio.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A log never throws, whatever is logged and whatever the logger does, and says what can be said. */
class OperatorLogTest {
    private final Logger logger = Logger.getLogger("io.anyio.spi.test");
    private final OperatorLog log = OperatorLog.named("io.anyio.spi.test");
    private final List<LogRecord> records = new ArrayList<>();
    private Runnable before = () -> {};
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord record) {
            before.run();
            records.add(record);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void capture() {
        logger.setUseParentHandlers(false);
        logger.addHandler(handler);
    }

    @AfterEach
    void stopCapturing() {
        logger.removeHandler(handler);
    }

    /** It throws when it is printed. */
    private static final class Unspeakable extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            throw new IllegalStateException("expected: no message");
        }
    }

    private String onlyRecord() {
        assertThat(records).hasSize(1);
        var text = new StringWriter();
        Throwable thrown = records.get(0).getThrown();
        if (thrown != null) {
            thrown.printStackTrace(new PrintWriter(text));
        }
        return records.get(0).getMessage() + "\n" + text;
    }

    @Test
    void aFailureThatCanBePrintedIsLoggedAsItIs() {
        var failure = new IllegalStateException("plain");
        log.log(Level.WARNING, () -> "a {0} message", failure);
        assertThat(records.get(0).getThrown()).isSameAs(failure);
        assertThat(onlyRecord()).startsWith("a {0} message\n");
    }

    @Test
    void aFailureThatThrowsWhenItIsPrintedIsLoggedByItsClassAndItsStack() {
        log.log(Level.WARNING, () -> "it failed", new Unspeakable());
        assertThat(onlyRecord())
                .contains("it failed", Unspeakable.class.getName(), "IllegalStateException", "OperatorLogTest.java");
    }

    @Test
    void causesThatAreTooManyToPrintDoNotReachTheLogger() {
        Throwable chain = new IllegalStateException("innermost");
        for (int i = 0; i < 60_000; i++) {
            chain = new IllegalStateException("level " + i, chain);
        }
        log.log(Level.WARNING, () -> "it failed", chain);
        assertThat(onlyRecord()).contains("level 59999", "StackOverflowError");
    }

    @Test
    void aLoggerThatThrowsHarmsNothingButItsMessage() {
        before = () -> {
            throw new StackOverflowError("expected");
        };
        assertThatCode(() -> {
                    log.log(Level.WARNING, () -> "on the console, as expected");
                    log.log(Level.WARNING, () -> "on the console, as expected", new Unspeakable());
                })
                .doesNotThrowAnyException();
        assertThat(records).isEmpty();
    }

    @Test
    void aMessageThatCannotBeMadeHarmsNothing() {
        assertThatCode(() -> log.log(Level.WARNING, () -> {
                    throw new IllegalStateException("expected, on the console");
                }))
                .doesNotThrowAnyException();
    }

    @Test
    void aMessageIsNotMadeWhenItsLevelIsNotLogged() {
        log.log(Level.TRACE, () -> {
            throw new AssertionError("made");
        });
        assertThat(records).isEmpty();
    }
}
