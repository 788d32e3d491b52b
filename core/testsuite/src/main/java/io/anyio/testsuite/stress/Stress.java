package io.anyio.testsuite.stress;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.Timeouts;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** Base of the stress tests: each property is tested briefly in every build, and at length on demand. */
abstract class Stress {
    private static final int SHORT = 100;
    private static final int LONG = 20_000;

    /** A property that must hold, and a trial that tries to violate it. */
    record Property(String sentence, Trial trial) {
        DynamicTest test(int steps) {
            return DynamicTest.dynamicTest(sentence, () -> trial.run(steps));
        }
    }

    /** Runs tasks and threads, each of which makes {@code steps} steps, and checks the result. */
    interface Trial {
        void run(int steps) throws Exception;
    }

    abstract Stream<Property> properties();

    @TestFactory
    Stream<DynamicTest> forAMoment() {
        return properties().map(property -> property.test(SHORT));
    }

    @TestFactory
    @Tag("stress")
    Stream<DynamicTest> atLength() {
        return properties().map(property -> property.test(LONG));
    }

    /**
     * Repeats an attempt, which may be cancelled, until it succeeds. Every other task waits without time-out: a lost
     * wake-up would not show if every task retried soon.
     */
    static void untilDone(int member, BooleanSupplier attempt) {
        if (member % 2 == 0) {
            assertThat(attempt.getAsBoolean()).isTrue();
            return;
        }
        boolean[] done = {false};
        while (!done[0]) {
            Timeouts.moveOnAfter(patience(), () -> {
                done[0] = attempt.getAsBoolean();
            });
        }
    }

    private static Duration patience() {
        return Duration.ofNanos(ThreadLocalRandom.current().nextInt(300_000));
    }

    static boolean now(int oneIn) {
        return ThreadLocalRandom.current().nextInt(oneIn) == 0;
    }
}
