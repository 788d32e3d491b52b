package io.anyio;

/** Waits for a point in time. */
final class Sleep {
    private Sleep() {}

    static void sleep(Task task, long nanos) {
        if (nanos <= 0) {
            Checkpoints.checkpoint();
        } else {
            waitFor(task, Deadline.saturatingAdd(task.run().now(), nanos));
        }
    }

    static void sleepUntil(Task task, long time) {
        if (time <= task.run().now()) {
            Checkpoints.checkpoint();
        } else {
            waitFor(task, time);
        }
    }

    private static void waitFor(Task task, long time) {
        task.step();
        task.checkCancelled();
        var wait = Suspension.begin(task, "sleep");
        if (time == Long.MAX_VALUE) {
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
