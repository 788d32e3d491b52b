package io.anyio.examples;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.TimedOutException;
import io.anyio.Timeouts;
import java.time.Duration;
import picocli.CommandLine.Command;

/** Ways to handle a slow service: continue without it, give up, try again; and how to clean up after a time-out. */
@Command(name = "timeouts", description = "time-outs, retries, and clean-up that no time-out cuts short")
final class SlowService extends Example {
    private static final Duration PATIENCE = Duration.ofMillis(200);
    private static final Duration AN_AGE = Duration.ofHours(1);

    @Override
    void run() {
        goOnWithoutAnAnswer();
        giveUp();
        tryAgain();
        theFirstToStrikeCounts();
        leaveInGoodOrder();
    }

    /** A service that needs {@code time} to answer. */
    private static String answerAfter(Duration time) {
        AnyIO.sleep(time);
        return "an answer";
    }

    private static void goOnWithoutAnAnswer() {
        String quick = Timeouts.moveOnAfter(PATIENCE, "nothing", () -> answerAfter(Duration.ofMillis(1)));
        String slow = Timeouts.moveOnAfter(PATIENCE, "nothing", () -> answerAfter(AN_AGE));
        System.out.println("in time: " + quick + ", too late: " + slow);
    }

    private static void giveUp() {
        try {
            Timeouts.failAfter(PATIENCE, "the service is too slow", () -> answerAfter(AN_AGE));
        } catch (TimedOutException tooLate) {
            System.out.println("gave up: " + tooLate.getMessage());
        }
    }

    /** Limits each attempt and the whole with a time-out; the pauses between attempts grow. */
    private static void tryAgain() {
        String answer = Timeouts.failAfter(Duration.ofSeconds(10), () -> {
            Duration pause = Duration.ofMillis(10);
            for (int attempt = 1; true; attempt++) {
                Duration time = attempt < 4 ? AN_AGE : Duration.ofMillis(1); // the fourth attempt succeeds
                try {
                    return Timeouts.failAfter(PATIENCE, () -> answerAfter(time));
                } catch (TimedOutException tooLate) {
                    System.out.println("attempt " + attempt + " failed, trying again in " + pause.toMillis() + " ms");
                    AnyIO.sleep(pause);
                    pause = pause.multipliedBy(2);
                }
            }
        });
        System.out.println("got " + answer);
    }

    /** Nests time-outs. Each scope tells whether it has cancelled its block. */
    private static void theFirstToStrikeCounts() {
        CancelScope outer = Timeouts.moveOnAfter(PATIENCE, () -> {
            Timeouts.moveOnAfter(AN_AGE, () -> AnyIO.sleepForever());
            System.out.println("never printed: the inner time-out has not struck");
        });
        System.out.println("the outer one struck: " + outer.cancelledCaught());
    }

    /** Cleans up inside a shield, with a time-out of its own. */
    private static void leaveInGoodOrder() {
        Timeouts.moveOnAfter(PATIENCE, () -> {
            try {
                AnyIO.sleepForever();
            } finally {
                System.out.println("time is up");
                CancelScope.shielded(() -> Timeouts.moveOnAfter(PATIENCE, () -> {
                    answerAfter(Duration.ofMillis(1));
                    System.out.println("said goodbye");
                }));
            }
        });
    }
}
