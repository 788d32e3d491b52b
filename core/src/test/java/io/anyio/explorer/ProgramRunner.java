package io.anyio.explorer;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.FailureGroup;
import io.anyio.TaskGroup;
import io.anyio.TaskHandle;
import io.anyio.TaskStatus;
import io.anyio.TimedOutException;
import io.anyio.Timeouts;
import io.anyio.sync.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Runs a generated program on the engine, and reports each step and its outcome to the model. */
final class ProgramRunner {
    private static final class Failure extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Failure(String name) {
            super(name, null, true, false);
        }
    }

    private final ScenarioContext ctx;
    private final Model model;
    private final Map<Integer, CancelScope> scopes = new HashMap<>();
    private final Map<Integer, Model.Scope> scopeModels = new HashMap<>();
    private final Map<Integer, TaskGroup> groups = new HashMap<>();
    private final Map<Integer, Model.Group> groupModels = new HashMap<>();
    private final Map<Integer, TaskHandle<?>> handles = new HashMap<>();
    private final Map<Integer, Model.Task> taskModels = new HashMap<>();
    private final Map<Integer, TaskStatus<?>> statuses = new HashMap<>();
    private final List<Event> events = new ArrayList<>();
    private boolean undecided;

    private ProgramRunner(ScenarioContext ctx) {
        this.ctx = ctx;
        this.model = new Model(ctx.loops > 1);
        for (int i = 0; i < ProgramGenerator.EVENTS; i++) {
            events.add(ctx.event());
        }
    }

    /** Runs a program in the first task of a run. */
    static void play(ScenarioContext ctx, List<Step> program) {
        var runner = new ProgramRunner(ctx);
        GeneratedPrograms.scopes(program).forEach(scope -> runner.register(scope, CancelScope.create()));
        Model.Task main = runner.model.spawn("main", null, null);
        try {
            runner.all(main, program);
        } catch (RuntimeException thrown) {
            ctx.note("ends with " + shape(thrown));
        }
    }

    private void register(int number, CancelScope scope) {
        scopes.put(number, scope);
        scopeModels.put(number, new Model.Scope("scope" + number));
    }

    private void all(Model.Task me, List<Step> steps) {
        for (Step step : steps) {
            tell(() -> model.looked(me, ctx.nanos(AnyIO.currentEffectiveDeadline())));
            ctx.note(GeneratedPrograms.headline(step));
            one(me, step);
        }
    }

    private void one(Model.Task me, Step step) {
        model.acts(me);
        switch (step) {
            case Step.Checkpoint() -> passing(me, "checkpoint", AnyIO::checkpoint);
            case Step.Look() -> passing(me, Model.LOOK, AnyIO::checkpointIfCancelled);
            case Step.Yield() -> {
                AnyIO.cancelShieldedCheckpoint();
                tell(() -> model.waited(me));
            }
            case Step.Sleep(long nanos) -> sleep(me, nanos);
            case Step.Fail(int failure) -> throw new Failure("F" + failure);
            case Step.Scope scope -> scope(me, scope);
            case Step.Group(int group, List<Step> body) -> group(me, group, body);
            case Step.Spawn(int group, int task, List<Step> body) -> spawn(group, task, body);
            case Step.Start(int group, int task, List<Step> body) -> start(me, group, task, body);
            case Step.Report(int task) -> report(me, task);
            case Step.Cancel(int number) -> {
                CancelScope scope = scopes.get(number);
                if (scope != null) {
                    scope.cancel();
                    tell(() -> model.cancel(scopeModel(number)));
                }
            }
            case Step.CancelTask(int task) -> {
                TaskHandle<?> handle = handles.get(task);
                if (handle != null) {
                    handle.cancel();
                    Model.Task cancelled = taskModel(task);
                    tell(() -> {
                        if (!cancelled.ended) {
                            model.cancel(cancelled.base);
                        }
                    });
                }
            }
            case Step.Move(int number, long nanos) -> {
                CancelScope scope = scopes.get(number);
                if (scope != null) {
                    move(number, scope, nanos);
                }
            }
            case Step.Shield(int number, boolean raised) -> {
                CancelScope scope = scopes.get(number);
                if (scope != null) {
                    scope.setShield(raised);
                    tell(() -> model.shield(scopeModel(number), raised));
                }
            }
            case Step.Catch(boolean failures, List<Step> body) -> {
                try {
                    all(me, body);
                } catch (Cancelled c) {
                    if (failures) {
                        throw c;
                    }
                    ctx.note("swallows a cancellation");
                } catch (RuntimeException thrown) {
                    if (!failures) {
                        throw thrown;
                    }
                    ctx.note("swallows " + shape(thrown));
                }
            }
            case Step.Finally(List<Step> body, Step.Scope cleanUp) -> {
                try {
                    all(me, body);
                } finally {
                    scope(me, cleanUp);
                }
            }
            case Step.Set(int event) -> {
                events.get(event).set();
                tell(() -> model.set(event));
            }
            case Step.Await(int event) -> {
                boolean set = events.get(event).isSet();
                waiting(me, "Event.await", set, wait -> model.queue(wait, event), events.get(event)::await);
            }
            case Step.Join(int task) -> {
                TaskHandle<?> handle = handles.get(task);
                if (handle != null) {
                    Model.Task awaited = taskModel(task);
                    waiting(me, "TaskHandle.await", awaited.ended, wait -> model.join(wait, awaited), handle::await);
                }
            }
        }
    }

    // ---- waits ----

    private interface Queueing {
        void add(Model.Wait wait);
    }

    private void passing(Model.Task me, String what, Runnable call) {
        waiting(me, what, true, _ -> {}, call);
    }

    private void sleep(Model.Task me, long nanos) {
        waiting(me, "sleep", nanos <= 0, wait -> model.alarm(wait, nanos), () -> AnyIO.sleep(Duration.ofNanos(nanos)));
    }

    /** A call that waits, unless it can complete {@code now}; then it is a checkpoint only. */
    private void waiting(Model.Task me, String what, boolean now, Queueing queue, Runnable call) {
        Model.Wait wait = now
                ? null
                : ask(() -> {
                    Model.Wait begun = model.await(me, () -> {});
                    if (begun != null) {
                        queue.add(begun);
                    }
                    return begun;
                });
        boolean threw = false;
        try {
            call.run();
        } catch (Cancelled c) {
            threw = true;
            throw c;
        } finally {
            boolean cancelled = threw;
            ctx.note(what + (cancelled ? " is cancelled" : " returns"));
            tell(() -> model.awaited(me, what, wait, cancelled));
        }
    }

    // ---- scopes ----

    private void scope(Model.Task me, Step.Scope step) {
        model.acts(me);
        int number = step.scope();
        if (step.fails()) {
            failAfter(me, step);
            return;
        }
        CancelScope scope = scopes.get(number);
        if (step.nanos() >= 0) {
            move(number, scope, step.nanos());
        }
        if (step.shield()) {
            scope.setShield(true);
            tell(() -> model.shield(scopeModel(number), true));
        }
        String[] thrown = {Model.NOTHING};
        leaving(me, number, thrown, false, () -> scope.run(() -> inside(me, number, step.body(), thrown)));
    }

    private void failAfter(Model.Task me, Step.Scope step) {
        int number = step.scope();
        String[] thrown = {Model.NOTHING};
        leaving(
                me,
                number,
                thrown,
                true,
                () -> Timeouts.failAfter(Duration.ofNanos(step.nanos()), scope -> {
                    register(number, scope);
                    scopeModel(number).deadline = ctx.nanos() + step.nanos();
                    inside(me, number, step.body(), thrown);
                }));
    }

    private void inside(Model.Task me, int number, List<Step> body, String[] thrown) {
        tell(() -> model.enter(me, scopeModel(number)));
        try {
            all(me, body);
        } catch (Cancelled | RuntimeException failure) {
            thrown[0] = shape(failure);
            throw failure;
        }
    }

    private void leaving(Model.Task me, int number, String[] thrown, boolean fails, Runnable block) {
        comesOut("scope" + number, block, () -> {
            Model.Scope scope = scopeModel(number);
            String out = model.leave(me, scope, thrown[0]);
            return fails && scope.caught && scope.byDeadline ? Model.TIMED_OUT : out;
        });
        check(number);
    }

    /** Runs a block; what comes out of it must be what the model says afterwards. */
    private void comesOut(String what, Runnable block, Supplier<String> expected) {
        String out = Model.NOTHING;
        try {
            block.run();
        } catch (Cancelled | RuntimeException thrown) {
            out = shape(thrown);
            throw thrown;
        } finally {
            String came = out;
            ctx.note(what + " is left" + (came.isEmpty() ? "" : " with " + came));
            tell(() -> {
                String must = expected.get();
                if (!came.equals(must)) {
                    throw new Model.Mismatch("out of " + what + " came '" + came + "' instead of '" + must + "'");
                }
            });
        }
    }

    private void check(int number) {
        tell(() -> {
            CancelScope scope = scopes.get(number);
            Model.Scope must = scopeModel(number);
            if (scope.cancelledCaught() != must.caught || scope.cancelCalled() != must.cancelled) {
                throw new Model.Mismatch(
                        scope + " should be cancelled: " + must.cancelled + ", caught: " + must.caught);
            }
        });
    }

    private void move(int number, CancelScope scope, long nanos) {
        long time = nanos < 0 ? Model.NEVER : ctx.nanos() + nanos;
        scope.setDeadline(nanos < 0 ? io.anyio.Deadline.NEVER : io.anyio.Deadline.after(Duration.ofNanos(nanos)));
        tell(() -> model.deadline(scopeModel(number), time));
    }

    // ---- groups and tasks ----

    private void group(Model.Task me, int number, List<Step> body) {
        var mine = new Model.Group(new Model.Scope("group" + number));
        groupModels.put(number, mine);
        comesOut(
                "group" + number,
                () -> TaskGroup.run(group -> {
                    groups.put(number, group);
                    scopes.put(number, group.cancelScope());
                    scopeModels.put(number, mine.scope);
                    String[] thrown = {Model.NOTHING};
                    try {
                        inside(me, number, body, thrown);
                    } finally {
                        ctx.note("the body of group" + number + " ends");
                        tell(() -> model.ending(me, mine, thrown[0]));
                    }
                }),
                () -> model.ended(me, mine));
    }

    private void spawn(int number, int task, List<Step> body) {
        TaskGroup group = groups.get(number);
        if (group != null) {
            Model.Task child = ask(() -> model.spawn("task" + task, groupModels.get(number), null));
            taskModels.put(task, child == null ? idle() : child);
            handles.put(task, ctx.go(group, "task" + task, () -> body(task, body)));
        }
    }

    private void body(int task, List<Step> body) {
        String out = Model.NOTHING;
        try {
            all(taskModel(task), body);
        } catch (Cancelled | RuntimeException thrown) {
            out = shape(thrown);
            throw thrown;
        } finally {
            String came = out;
            tell(() -> model.end(taskModel(task), came));
        }
    }

    private void start(Model.Task me, int number, int task, List<Step> body) {
        TaskGroup group = groups.get(number);
        if (group == null) {
            return;
        }
        Model.Task begun = ask(() -> model.start(me, "task" + task, groupModels.get(number)));
        Model.Task child = begun == null ? idle() : begun;
        taskModels.put(task, child);
        comesOut(
                "start of task" + task,
                () -> handles.put(
                        task,
                        group.startHandle(ctx.options("task" + task), status -> {
                                    statuses.put(task, status);
                                    ctx.traced(() -> body(task, body));
                                    return "";
                                })
                                .handle()),
                () -> model.started(me, child));
    }

    private void report(Model.Task me, int task) {
        TaskStatus<?> status = statuses.get(task);
        if (status != null) {
            tell(() -> model.report(me));
            status.started();
        }
    }

    // ---- the model ----

    private static Model.Task idle() {
        return new Model(false).spawn("idle", null, null);
    }

    private Model.Scope scopeModel(int number) {
        return scopeModels.get(number);
    }

    private Model.Task taskModel(int task) {
        return taskModels.get(task);
    }

    private void tell(Runnable step) {
        ask(() -> {
            step.run();
            return "";
        });
    }

    private <T> @Nullable T ask(Supplier<@Nullable T> step) {
        if (undecided) {
            return null;
        }
        try {
            model.clock(ctx.nanos());
            return step.get();
        } catch (Model.Undecided open) {
            undecided = true;
            ctx.note("from here on the model cannot tell");
            return null;
        } catch (Model.Mismatch mismatch) {
            undecided = true;
            throw ctx.fail(mismatch.getMessage());
        }
    }

    private static String shape(Throwable thrown) {
        return switch (thrown) {
            case Cancelled _ -> Model.CANCELLED;
            case FailureGroup group ->
                group.exceptions().stream().map(ProgramRunner::shape).toList().toString();
            case Failure failure -> String.valueOf(failure.getMessage());
            case TimedOutException _ -> Model.TIMED_OUT;
            case IllegalStateException e when String.valueOf(e.getMessage()).contains("started()") -> Model.NO_REPORT;
            default -> thrown.toString();
        };
    }
}
