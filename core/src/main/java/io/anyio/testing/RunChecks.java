package io.anyio.testing;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.ExceptionGroup;
import io.anyio.RunInfo;
import io.anyio.TaskGroup;
import io.anyio.spi.BackendOptions;
import io.anyio.sync.Event;
import io.anyio.testing.BackendContract.Part;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The checks of {@link BackendContract} for runs: their values, failures and ends. */
final class RunChecks {
    private static final int TASKS = 200;

    private RunChecks() {}

    static void addTo(BackendChecks checks) {
        checks.add("run returns the value of its first task", RunChecks::value);
        checks.add("run throws what its first task throws, unchanged", RunChecks::failure);
        checks.add("a run tells its backend by the name of its options", RunChecks::name);
        checks.addInTask("a run inside a run is refused", RunChecks::nested);
        checks.add("a run ends after all its tasks", RunChecks::allTasks);
        checks.needing(Part.TIMERS)
                .add("a failing task cancels the others, which clean up before the run ends", RunChecks::failingTask);
        checks.addInTask("a cancelled scope ends a task that waits", RunChecks::cancelScope);
        checks.addInTask("it is noticed when all tasks are blocked", RunChecks::allBlocked);
        checks.add("the options open the backend as often as they are asked to", RunChecks::again);
        checks.needing(Part.TIMERS).add("two runs at the same time are independent", RunChecks::twoRuns);
    }

    private static void value(BackendOptions options) {
        Expect.equal("a value", AnyIO.run(() -> "a value", options), "the value of a run");
        Expect.equal(
                3,
                AnyIO.run(
                        () -> {
                            AnyIO.checkpoint();
                            return 3;
                        },
                        options),
                "the value of a run with a checkpoint");
    }

    private static void failure(BackendOptions options) {
        for (Throwable thrown : List.of(
                new IllegalStateException("of a contract"),
                new IOException("of a contract"),
                new AssertionError("of a contract"))) {
            try {
                AnyIO.<Exception>run(
                        () -> {
                            AnyIO.checkpoint();
                            raise(thrown);
                        },
                        options);
            } catch (Throwable caught) { // compared with the one thrown
                Expect.that(caught == thrown, "Expected run to throw " + thrown + " itself, but it threw " + caught);
                continue;
            }
            throw new AssertionError("Expected run to throw " + thrown + ", but it returned");
        }
    }

    private static void raise(Throwable thrown) throws Exception {
        switch (thrown) {
            case Error error -> throw error;
            case Exception exception -> throw exception;
            default -> throw new AssertionError(thrown);
        }
    }

    private static void name(BackendOptions options) {
        RunInfo info = AnyIO.run(AnyIO::currentRun, options);
        Expect.equal(options.backend(), info.backend(), "the name of the backend");
        Expect.that(!info.transport().isBlank(), "Expected the transport to have a name, but it is blank");
        Expect.that(info.loops() > 0, "Expected at least one loop, not " + info.loops());
        Expect.that(AnyIO.currentBackend().isEmpty(), "Expected no backend after the run");
    }

    private static void nested() {
        Expect.thrown(
                IllegalStateException.class, "a run inside a run", () -> AnyIO.run(() -> {}, Simulation.DEFAULTS));
    }

    private static void allTasks(BackendOptions options) {
        List<Integer> ended = new ArrayList<>(); // all tasks are on one loop
        AnyIO.run(
                () -> TaskGroup.run(group -> {
                    for (int i = 0; i < TASKS; i++) {
                        int number = i;
                        group.startSoon(() -> {
                            for (int turn = 0; turn <= number % 5; turn++) {
                                AnyIO.checkpoint();
                            }
                            ended.add(number);
                        });
                    }
                }),
                options);
        Expect.equal(TASKS, ended.size(), "the number of tasks that have ended");
    }

    private static void failingTask(BackendOptions options) {
        var failure = new IllegalStateException("of a contract");
        boolean[] cleanedUp = new boolean[1];
        ExceptionGroup thrown = Expect.thrown(
                ExceptionGroup.class,
                "a run with a failing task",
                () -> AnyIO.run(
                        () -> TaskGroup.run(group -> {
                            var waiting = Event.create();
                            group.startSoon(() -> {
                                try {
                                    waiting.set();
                                    AnyIO.sleepForever();
                                } finally {
                                    CancelScope.shielded(() -> AnyIO.sleep(Duration.ofMillis(1)));
                                    cleanedUp[0] = true;
                                }
                            });
                            waiting.await();
                            group.startSoon(() -> {
                                throw failure;
                            });
                            AnyIO.sleepForever();
                        }),
                        options));
        Expect.equal(List.of(failure), thrown.exceptions(), "the failures of the group");
        Expect.that(cleanedUp[0], "Expected the run to wait for the clean-up of a cancelled task");
    }

    private static void cancelScope() {
        TaskGroup.run(group -> {
            var waiting = PendingCall.waiting(group, "sleepForever", () -> {
                AnyIO.sleepForever();
                return true;
            });
            waiting.cancel();
        });
    }

    private static void allBlocked() {
        TaskGroup.run(group -> {
            var event = Event.create();
            int[] waiting = new int[1];
            for (int i = 0; i < 10; i++) {
                int turns = i;
                group.startSoon(() -> {
                    for (int turn = 0; turn < turns; turn++) {
                        AnyIO.checkpoint();
                    }
                    waiting[0]++;
                    event.await();
                });
            }
            AnyIO.awaitAllTasksBlocked();
            Expect.equal(10, waiting[0], "the number of tasks that wait");
            event.set();
        });
    }

    private static void again(BackendOptions options) {
        for (int round = 0; round < 3; round++) {
            int number = round;
            Expect.equal(number, AnyIO.run(() -> number, options), "the value of run number " + number);
        }
    }

    private static void twoRuns(BackendOptions options) throws Exception {
        String[] other = new String[1];
        BoundedThread thread = BoundedThread.start(() -> other[0] = sleepAndReturn(options, "other"));
        Expect.equal("one", sleepAndReturn(options, "one"), "the value of a run beside another one");
        thread.join();
        Expect.equal("other", other[0], "the value of the other run");
    }

    private static String sleepAndReturn(BackendOptions options, String value) {
        return AnyIO.run(
                () -> {
                    for (int i = 0; i < 5; i++) {
                        AnyIO.sleep(Duration.ofMillis(2));
                    }
                    return value;
                },
                options);
    }
}
