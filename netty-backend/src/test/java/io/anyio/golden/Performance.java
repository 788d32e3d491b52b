package io.anyio.golden;

import io.anyio.Block;
import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.Deadline;
import io.anyio.ScopeBlock;
import io.anyio.TaskGroup;
import io.anyio.TaskOptions;
import io.anyio.TaskStatus;
import io.anyio.Timeouts;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The execution of one task of a program: its blocks. {@link Verbs} executes the lines without a body. */
final class Performance {
    private static final Set<String> SILENT =
            Set.of("event", "lock", "semaphore", "limiter", "condition", "stream", "new", "pass", "settle");

    private final Stage stage;
    private final Verbs verbs;
    private final String me;
    private final @Nullable TaskStatus<String> status;
    private @Nullable Throwable caught; // caught by the innermost except

    private Performance(Stage stage, String me, @Nullable TaskStatus<String> status) {
        this.stage = stage;
        this.verbs = new Verbs(stage);
        this.me = me;
        this.status = status;
    }

    /** Runs a program in the calling task and returns its trace. */
    static List<String> of(Line program) {
        var stage = new Stage();
        try {
            new Performance(stage, "main", null).task(program.body());
        } catch (Throwable _) { // the trace contains it
        }
        return stage.trace();
    }

    private String task(List<Line> lines) throws Exception {
        try {
            block(lines);
        } catch (Throwable t) {
            stage.log(me, "ends ! " + Words.show(t));
            throw t;
        }
        stage.log(me, "ends");
        return me + "'s";
    }

    private void block(List<Line> lines) throws Exception {
        for (int i = 0; i < lines.size(); i++) {
            Line line = lines.get(i);
            if (line.verb().equals("try")) {
                List<Line> handlers = new ArrayList<>();
                while (i + 1 < lines.size() && isHandler(lines.get(i + 1))) {
                    handlers.add(lines.get(++i));
                }
                tried(line, handlers);
            } else {
                step(line);
            }
        }
    }

    private static boolean isHandler(Line line) {
        return line.verb().equals("except") || line.verb().equals("finally");
    }

    private void tried(Line line, List<Line> handlers) throws Exception {
        Throwable before = caught;
        try {
            block(line.body());
        } catch (Throwable t) {
            for (Line handler : handlers) {
                if (catches(handler, t)) {
                    stage.log(me, "caught " + Words.show(t));
                    caught = t;
                    block(handler.body());
                    return;
                }
            }
            throw t;
        } finally {
            caught = before;
            for (Line handler : handlers) {
                if (handler.verb().equals("finally")) {
                    stage.log(me, "finally");
                    block(handler.body());
                }
            }
        }
    }

    private static boolean catches(Line handler, Throwable thrown) {
        return handler.verb().equals("except")
                && switch (handler.word(1)) {
                    case "any" -> true;
                    case "cancelled" -> thrown instanceof Cancelled;
                    case "error" -> thrown instanceof Exception;
                    default -> throw new AssertionError(handler);
                };
    }

    private void step(Line line) throws Exception {
        switch (line.verb()) {
            case "scope" -> scope(line);
            case "move-on" -> moveOn(line);
            case "fail" -> fail(line);
            case "group" -> group(line);
            case "spawn" -> spawn(line);
            case "start" -> start(line);
            case "with" -> with(line);
            case "repeat" -> {
                for (int i = 0; i < Integer.parseInt(line.word(1)); i++) {
                    block(line.body());
                }
            }
            default -> perform(line);
        }
    }

    private void perform(Line line) {
        String value;
        try {
            value = verbs.perform(line, status, caught);
        } catch (Throwable t) {
            if (!line.verb().equals("raise")) {
                note(line, t);
            }
            throw t;
        }
        if (!SILENT.contains(line.verb())) {
            stage.log(me, line + (value.isEmpty() ? "" : " = " + value));
        }
    }

    private void note(Line line, Throwable thrown) {
        stage.log(me, line + " ! " + Words.show(thrown));
    }

    // ---- scopes ----

    private void scope(Line line) throws Exception {
        String name = line.word(1);
        boolean made = stage.knows(name) && line.length() == 2;
        CancelScope scope = made ? stage.scope(name) : CancelScope.create();
        if (line.says("shield")) {
            scope.setShield(true);
        }
        if (line.says("within")) {
            scope.setDeadline(Deadline.after(Stage.seconds(line.after("within"))));
        }
        stage.name(name, scope);
        leaving(name, () -> scope.run(() -> block(line.body())));
    }

    private void moveOn(Line line) throws Exception {
        leaving(line.word(1), () -> Timeouts.moveOnAfter(Stage.seconds(line.word(2)), named(line)));
    }

    private void fail(Line line) throws Exception {
        leaving(line.word(1), () -> Timeouts.failAfter(Stage.seconds(line.word(2)), named(line)));
    }

    private ScopeBlock<Exception> named(Line line) {
        return scope -> {
            stage.name(line.word(1), scope);
            block(line.body());
        };
    }

    private void group(Line line) throws Exception {
        leaving(
                line.word(1),
                () -> TaskGroup.run(group -> {
                    stage.name(line.word(1), group);
                    block(line.body());
                }));
    }

    /** Records how a block ends, and the state of its scope. */
    private void leaving(String name, Block<Exception> block) throws Exception {
        try {
            block.run();
        } catch (Throwable t) {
            stage.log(me, "left " + name + Stage.flags(stage.scope(name)) + " ! " + Words.show(t));
            throw t;
        }
        stage.log(me, "left " + name + Stage.flags(stage.scope(name)));
    }

    // ---- tasks ----

    private void spawn(Line line) {
        String name = line.word(1);
        TaskGroup group = stage.thing(line.after("in"), TaskGroup.class);
        try {
            stage.handle(
                    name,
                    group.startSoon(
                            TaskOptions.named(name), () -> new Performance(stage, name, null).task(line.body())));
        } catch (IllegalStateException inactive) {
            note(line, inactive);
            throw inactive;
        }
    }

    private void start(Line line) {
        String name = line.word(1);
        TaskGroup group = stage.thing(line.after("in"), TaskGroup.class);
        String value;
        try {
            var started = group.<String, String>startHandle(
                    TaskOptions.DEFAULTS.withName(name),
                    status -> new Performance(stage, name, status).task(line.body()));
            stage.handle(name, started.handle());
            value = started.startValue();
        } catch (Throwable t) {
            note(line, t);
            throw t;
        }
        stage.log(me, line + " = " + value);
    }

    private void with(Line line) throws Exception {
        try {
            verbs.acquire(line);
        } catch (Throwable t) {
            note(line, t);
            throw t;
        }
        stage.log(me, line.text());
        try {
            block(line.body());
        } finally {
            release(line);
        }
    }

    private void release(Line line) {
        try {
            verbs.release(line);
        } catch (Throwable t) {
            stage.log(me, "release " + line.word(1) + " ! " + Words.show(t));
            throw t;
        }
    }
}
