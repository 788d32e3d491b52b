package io.anyio;

/** Waits for a point in time. */
final class Sleep {
    private Sleep() {}

    /** A timer that resumes one wait. */
    private static final class Alarm extends TimerHeap.Timer {
        private final Suspension wait;

        Alarm(Suspension wait) {
            this.wait = wait;
        }

        @Override
        boolean decide(long now) {
            return true; // a scope that was entered before and expires at the same time comes first
        }

        @Override
        void fire() {
            wait.resume();
        }
    }

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
        task.loop().schedule(alarm, time);
        try {
            wait.await();
        } catch (Throwable notResumed) { // a cancellation, or a full stack
            task.loop().deadlines().remove(alarm);
            throw notResumed;
        }
    }
}
