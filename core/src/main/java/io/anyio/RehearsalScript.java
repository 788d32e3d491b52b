package io.anyio;

import io.anyio.internal.Sleep;
import io.anyio.internal.Task;
import io.anyio.internal.Wait;
import io.anyio.internal.WaitList;

/** The waits, wake-ups and cancellations of a rehearsal. Runs in a task. */
final class RehearsalScript implements Runnable {
    private static final int TASKS_OF_A_KIND = 2;
    private static final long LONG_NANOS = 3_600_000_000_000L;

    @Override
    public void run() {
        var woken = WaitList.create();
        var cancelled = WaitList.create();
        TaskGroup.run(group -> {
            for (int i = 0; i < TASKS_OF_A_KIND; i++) {
                group.startSoon(() -> waitIn(woken));
                group.startSoon(() -> waitIn(cancelled));
                group.startSoon(() -> Sleep.sleep(task(), LONG_NANOS));
                group.startSoon(() -> Sleep.forever(task()));
                group.startSoon(() -> CancelScope.open(_ -> Sleep.forever(task())));
            }
            task().checkpoint(); // all of them wait now
            woken.wakeAll();
            group.cancel();
        });
    }

    private static Task task() {
        return Task.require("rehearse");
    }

    private static void waitIn(WaitList queue) {
        var wait = Wait.begin(task(), "rehearsal");
        queue.enter();
        queue.add(wait);
        queue.leave();
        queue.await(wait);
    }
}
