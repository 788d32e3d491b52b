package io.anyio.internal;

/** Waits for a point in time. */
public final class Sleep {
    private Sleep() {}

    public static void sleep(Task task, long nanos) {
        if (nanos <= 0) {
            task.checkpoint();
        } else {
            waitFor(task, Nanos.add(task.run().now(), nanos));
        }
    }

    public static void sleepUntil(Task task, long time) {
        if (time <= task.run().now()) {
            task.checkpoint();
        } else {
            waitFor(task, time);
        }
    }

    public static void forever(Task task) {
        waitFor(task, Nanos.NEVER);
    }

    private static void waitFor(Task task, long time) {
        task.step();
        task.checkCancelled();
        var wait = Wait.begin(task, "sleep");
        if (time == Nanos.NEVER) {
            wait.await();
            return;
        }
        var alarm = new Alarm(wait);
        alarm.set(time);
        try {
            wait.await();
        } catch (Throwable notResumed) { // a cancellation, or a full stack
            alarm.clear();
            throw notResumed;
        }
    }
}
