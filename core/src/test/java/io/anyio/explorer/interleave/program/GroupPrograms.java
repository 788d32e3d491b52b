package io.anyio.explorer.interleave.program;

import static io.anyio.explorer.interleave.program.ProgramContext.check;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.ExceptionGroup;
import io.anyio.TaskGroup;
import io.anyio.TaskHandle;
import io.anyio.lowlevel.TaskEnds;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Groups, handles and {@code start}: every accepted task is awaited, and every wait for an end is ended. */
final class GroupPrograms {
    private GroupPrograms() {}

    static void lastChildAgainstHost(ProgramContext ctx) {
        int[] ended = new int[1];
        ctx.run(
                3,
                () -> TaskGroup.run(group -> {
                    for (int loop = 1; loop <= 2; loop++) {
                        group.startSoon(ctx.on(loop, "child " + loop), () -> {
                            ended[0]++;
                        });
                    }
                }));
        check(ended[0] == 2, "a group waits for all");
    }

    static void childSpawnsAsItsLastAct(ProgramContext ctx) {
        boolean[] ran = new boolean[1];
        ctx.run(() -> TaskGroup.run(group -> group.startSoon(
                ctx.on(1, "parent"),
                () -> group.startSoon(ctx.on(0, "late"), () -> {
                    ran[0] = true;
                }))));
        check(ran[0], "a task started by the last one is awaited");
    }

    static void spawnFromOutsideAgainstEnd(ProgramContext ctx) {
        boolean[] accepted = new boolean[1];
        boolean[] ran = new boolean[1];
        boolean[] ranBefore = new boolean[1];
        ctx.run(() -> {
            TaskGroup.run(group -> {
                ctx.thread("spawner", () -> {
                    try {
                        group.startSoon(ctx.on(1, "late"), () -> {
                            ctx.step();
                            ran[0] = true;
                        });
                        accepted[0] = true;
                    } catch (IllegalStateException e) {
                        // the group has ended
                    }
                });
                group.startSoon(ctx.on(1, "child"), ctx::step);
            });
            ranBefore[0] = ran[0];
        });
        check(accepted[0] == ranBefore[0], "accepted " + accepted[0] + ", ran before the end " + ranBefore[0]);
    }

    static void spawnFromOutsideAgainstTheEndOfAnEmptyGroup(ProgramContext ctx) {
        boolean[] accepted = new boolean[1];
        boolean[] ran = new boolean[1];
        boolean[] ranBefore = new boolean[1];
        ctx.run(() -> {
            TaskGroup.run(group -> ctx.thread("spawner", () -> {
                try {
                    group.startSoon(ctx.on(1, "late"), () -> {
                        ran[0] = true;
                    });
                    accepted[0] = true;
                } catch (IllegalStateException e) {
                    // the group has ended
                }
            }));
            ranBefore[0] = ran[0];
        });
        check(accepted[0] == ranBefore[0], "accepted " + accepted[0] + ", ran before the end " + ranBefore[0]);
    }

    static void failuresOfTwoLoops(ProgramContext ctx) {
        ctx.run(() -> {
            try {
                TaskGroup.run(group -> {
                    for (int i = 0; i < 2; i++) {
                        String name = "child " + i;
                        group.startSoon(ctx.on(i, name), () -> {
                            throw new IllegalArgumentException(name);
                        });
                    }
                });
                check(false, "a group throws what its tasks threw");
            } catch (ExceptionGroup failures) {
                check(failures.exceptions().size() == 2, "every failure is told: " + failures.exceptions());
            }
        });
    }

    static void startOnAnotherLoop(ProgramContext ctx) {
        ctx.run(() -> TaskGroup.run(group -> {
            String value = group.start(ctx.on(1, "service"), status -> {
                status.started("ready");
                ctx.step();
            });
            check("ready".equals(value), "start gives what was reported, not " + value);
        }));
    }

    static void startThatFails(ProgramContext ctx) {
        var failure = new IllegalArgumentException("no");
        ctx.run(() -> TaskGroup.run(group -> {
            try {
                group.start(ctx.on(1, "service"), _ -> {
                    throw failure;
                });
                check(false, "start throws what the task threw");
            } catch (IllegalArgumentException e) {
                check(e == failure, "start throws what the task threw");
            }
            AnyIO.checkpoint(); // the group lives on
        }));
    }

    /**
     * Once the caller is cancelled, no task waits for the report: it may come from anywhere, at any time, without
     * effect.
     */
    static void reportForACancelledCaller(ProgramContext ctx) {
        boolean[] cancelled = new boolean[1];
        boolean[] refused = new boolean[1];
        ctx.run(() -> CancelScope.open(scope -> TaskGroup.run(group -> {
            ctx.thread("canceller", scope::cancel);
            try {
                group.<@Nullable String>start(
                        ctx.on(1, "service"),
                        status -> ctx.thread("reporter", () -> {
                            try {
                                status.started("ready");
                            } catch (IllegalStateException tooLate) {
                                refused[0] = true;
                            }
                        }));
            } catch (Cancelled c) {
                cancelled[0] = true;
                throw c;
            } catch (IllegalStateException noReport) {
                // the service was quicker than the reporter
            }
        })));
        check(!(cancelled[0] && refused[0]), "a report to a cancelled caller is not refused");
    }

    static void startAgainstCancel(ProgramContext ctx) {
        boolean[] ended = new boolean[1];
        boolean[] reported = new boolean[1];
        ctx.run(() -> TaskGroup.run(group -> {
            CancelScope scope = CancelScope.open(inside -> {
                ctx.thread("canceller", inside::cancel);
                String value = group.start(ctx.on(1, "service"), status -> {
                    try {
                        AnyIO.checkpoint();
                        status.started("ready");
                    } finally {
                        ended[0] = true;
                    }
                });
                reported[0] = true;
                check("ready".equals(value), "start gives what was reported, not " + value);
            });
            check(reported[0] || ended[0], "a caller that is cancelled leaves no task behind");
            check(reported[0] != scope.cancelledCaught(), "start gives a value or is cancelled");
        }));
    }

    static void failureAfterTheCallerLeftIsAttached(ProgramContext ctx) {
        int[] attached = new int[1];
        boolean[] thrown = new boolean[1];
        ctx.run(() -> TaskGroup.run(group -> CancelScope.open(inside -> {
            ctx.thread("canceller", inside::cancel);
            try {
                group.start(ctx.on(1, "service"), _ -> {
                    try {
                        AnyIO.sleepForever();
                    } finally {
                        thrown[0] = true;
                        throwNo();
                    }
                });
            } catch (Cancelled c) {
                attached[0] = c.getSuppressed().length;
                throw c;
            }
        })));
        check(!thrown[0] || attached[0] == 1, "a failure after the caller was cancelled is attached");
    }

    private static void throwNo() {
        throw new IllegalArgumentException("no");
    }

    static void endIsAnnounced(ProgramContext ctx) {
        ctx.run(() -> TaskGroup.run(group -> {
            TaskHandle<String> handle = group.startSoon(ctx.on(1, "child"), () -> "done");
            group.startSoon(ctx.on(1, "other waiter"), handle::await);
            check(handle.join().equals("done"), "who waits for a task gets its value");
        }));
    }

    static void actionAtTheEndRunsOnce(ProgramContext ctx) {
        int[] runs = new int[1];
        ctx.run(() -> TaskGroup.run(group -> {
            TaskHandle<?> handle = group.startSoon(ctx.on(1, "child"), () -> {});
            TaskEnds.whenEnded(handle, () -> runs[0]++);
            ctx.thread("late one", () -> TaskEnds.whenEnded(handle, () -> runs[0]++));
        }));
        check(runs[0] == 2, "each action runs once, not " + runs[0] + " in all");
    }

    static void handleCancelledAgainstEnd(ProgramContext ctx) {
        ctx.run(() -> TaskGroup.run(group -> {
            TaskHandle<?> handle = group.startSoon(ctx.on(1, "child"), AnyIO::checkpoint);
            ctx.thread("canceller", handle::cancel);
            handle.await();
            check(
                    handle.status() == TaskHandle.Status.FINISHED || handle.status() == TaskHandle.Status.CANCELLED,
                    "the end is final: " + handle);
            AnyIO.checkpoint(); // no other task is cancelled
        }));
    }

    static void failureCancelsTheOthers(ProgramContext ctx) {
        List<String> ended = new ArrayList<>();
        ctx.run(() -> {
            try {
                TaskGroup.run(group -> {
                    group.startSoon(ctx.on(1, "failing"), () -> {
                        throw new IllegalArgumentException("no");
                    });
                    group.startSoon(ctx.on(0, "near"), () -> {
                        try {
                            AnyIO.sleepForever();
                        } finally {
                            ended.add("near");
                        }
                    });
                    group.startSoon(ctx.on(1, "far"), () -> {
                        try {
                            AnyIO.sleepForever();
                        } finally {
                            ended.add("far");
                        }
                    });
                });
            } catch (ExceptionGroup failures) {
                check(failures.exceptions().size() == 1, "one task failed: " + failures.exceptions());
            }
        });
        check(ended.size() == 2, "the others were cancelled: " + ended);
    }
}
