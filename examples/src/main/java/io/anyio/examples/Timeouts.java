package io.anyio.examples;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.TimedOutException;
import java.time.Duration;

/** What can be done about somebody who is slow: go on without, give up, try again; and how to leave in good order. */
final class Timeouts implements Example {
    private static final Duration PATIENCE = Duration.ofMillis(200);
    private static final Duration AN_AGE = Duration.ofHours(1);

    @Override
    public String name() {
        return "timeouts";
    }

    @Override
    public String summary() {
        return "time-outs, retries, and clean-up that no time-out cuts short";
    }

    @Override
    public void run(CommandLine line) {
        goOnWithoutAnAnswer();
        giveUp();
        tryAgain();
        theFirstToStrikeCounts();
        leaveInGoodOrder();
    }

    /** Some service, which takes its time. */
    private static String answerAfter(Duration time) {
        AnyIO.sleep(time);
        return "an answer";
    }

    private static void goOnWithoutAnAnswer() {
        String quick = CancelScope.moveOnAfter(PATIENCE, "nothing", () -> answerAfter(Duration.ofMillis(1)));
        String slow = CancelScope.moveOnAfter(PATIENCE, "nothing", () -> answerAfter(AN_AGE));
        System.out.println("in time: " + quick + ", too late: " + slow);
    }

    private static void giveUp() {
        try {
            CancelScope.failAfter(PATIENCE, "the service is too slow", () -> answerAfter(AN_AGE));
        } catch (TimedOutException tooLate) {
            System.out.println("gave up: " + tooLate.getMessage());
        }
    }

    /** Each attempt has a time-out, the pauses in between grow, and all of it has a time-out too. */
    private static void tryAgain() {
        String answer = CancelScope.failAfter(Duration.ofSeconds(10), () -> {
            Duration pause = Duration.ofMillis(10);
            for (int attempt = 1; true; attempt++) {
                Duration time = attempt < 4 ? AN_AGE : Duration.ofMillis(1); // better the fourth time
                try {
                    return CancelScope.failAfter(PATIENCE, () -> answerAfter(time));
                } catch (TimedOutException tooLate) {
                    System.out.println("attempt " + attempt + " failed, trying again in " + pause.toMillis() + " ms");
                    AnyIO.sleep(pause);
                    pause = pause.multipliedBy(2);
                }
            }
        });
        System.out.println("got " + answer);
    }

    /** Time-outs nest; each scope knows whether it was the one. */
    private static void theFirstToStrikeCounts() {
        CancelScope outer = CancelScope.moveOnAfter(PATIENCE, () -> {
            CancelScope.moveOnAfter(AN_AGE, () -> AnyIO.sleepForever());
            System.out.println("never printed: the inner time-out has not struck");
        });
        System.out.println("the outer one struck: " + outer.cancelledCaught());
    }

    /** A farewell needs time of its own, and may not take for ever either. */
    private static void leaveInGoodOrder() {
        CancelScope.moveOnAfter(PATIENCE, () -> {
            try {
                AnyIO.sleepForever();
            } finally {
                System.out.println("time is up");
                CancelScope.shielded(() -> CancelScope.moveOnAfter(PATIENCE, () -> {
                    answerAfter(Duration.ofMillis(1));
                    System.out.println("said goodbye");
                }));
            }
        });
    }
}
