package io.anyio.stress;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.CancelScope;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * What the stress tests share: each of their properties is tried for a moment in every build, and at length on demand.
 */
abstract class Stress {
    private static final int SHORT = 100;
    private static final int LONG = 20_000;

    /** What must hold, and a crowd that would break it. */
    record Property(String sentence, Trial trial) {
        DynamicTest test(int steps) {
            return DynamicTest.dynamicTest(sentence, () -> trial.run(steps));
        }
    }

    /** Lets a crowd loose, of which each member takes so many steps, and looks at what is left. */
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
     * Repeats something that may be cancelled in the middle until it has come about. Every other task is patient: a
     * wake-up that was lost would not show if everybody asked again soon.
     */
    static void untilDone(int member, BooleanSupplier attempt) {
        if (member % 2 == 0) {
            assertThat(attempt.getAsBoolean()).isTrue();
            return;
        }
        boolean[] done = {false};
        while (!done[0]) {
            CancelScope.moveOnAfter(patience(), () -> {
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
