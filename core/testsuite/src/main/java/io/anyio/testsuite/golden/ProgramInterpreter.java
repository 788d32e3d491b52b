package io.anyio.testsuite.golden;

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
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The execution of one task of a program: its blocks. {@link SimpleStatements} executes the lines without a body. */
final class ProgramInterpreter {
    private static final Set<String> SILENT = Set.of(
            "event",
            "lock",
            "semaphore",
            "limiter",
            "condition",
            "stream",
            "new",
            "pass",
            "settle",
            "future",
            "point",
            "guard");

    private final InterpreterState state;
    private final SimpleStatements simple;
    private final String me;
    private final @Nullable TaskStatus<String> status;
    private @Nullable Throwable caught; // caught by the innermost except

    private ProgramInterpreter(InterpreterState state, String me, @Nullable TaskStatus<String> status) {
        this.state = state;
        this.simple = new SimpleStatements(state);
        this.me = me;
        this.status = status;
    }

    /** Runs a program in the calling task and returns its trace. */
    static List<String> of(Statement program) {
        var state = new InterpreterState();
        try {
            new ProgramInterpreter(state, "main", null).task(program.body());
        } catch (Throwable _) { // the trace contains it
        }
        return state.trace();
    }

    /** Executes the lines of a task named {@code name}, which is the current one. */
    static String task(InterpreterState state, String name, List<Statement> lines) throws Exception {
        return new ProgramInterpreter(state, name, null).task(lines);
    }

    private String task(List<Statement> lines) throws Exception {
        try {
            block(lines);
        } catch (Throwable t) {
            state.log(me, "ends ! " + TraceFormat.show(t));
            throw t;
        }
        state.log(me, "ends");
        return me + "'s";
    }

    private void block(List<Statement> lines) throws Exception {
        for (int i = 0; i < lines.size(); i++) {
            Statement statement = lines.get(i);
            if (statement.keyword().equals("try")) {
                List<Statement> handlers = new ArrayList<>();
                while (i + 1 < lines.size() && isHandler(lines.get(i + 1))) {
                    handlers.add(lines.get(++i));
                }
                tried(statement, handlers);
            } else {
                step(statement);
            }
        }
    }

    private static boolean isHandler(Statement statement) {
        return statement.keyword().equals("except") || statement.keyword().equals("finally");
    }

    private void tried(Statement statement, List<Statement> handlers) throws Exception {
        Throwable before = caught;
        try {
            block(statement.body());
        } catch (Throwable t) {
            for (Statement handler : handlers) {
                if (catches(handler, t)) {
                    state.log(me, "caught " + TraceFormat.show(t));
                    caught = t;
                    block(handler.body());
                    return;
                }
            }
            throw t;
        } finally {
            caught = before;
            for (Statement handler : handlers) {
                if (handler.keyword().equals("finally")) {
                    state.log(me, "finally");
                    block(handler.body());
                }
            }
        }
    }

    private static boolean catches(Statement handler, Throwable thrown) {
        return handler.keyword().equals("except")
                && switch (handler.word(1)) {
                    case "any" -> true;
                    case "cancelled" -> thrown instanceof Cancelled;
                    case "error" -> thrown instanceof Exception;
                    default -> throw new AssertionError(handler);
                };
    }

    private void step(Statement statement) throws Exception {
        switch (statement.keyword()) {
            case "scope" -> scope(statement);
            case "move-on" -> moveOn(statement);
            case "fail" -> fail(statement);
            case "move-on-at" -> moveOnAt(statement);
            case "fail-at" -> failAt(statement);
            case "group" -> group(statement);
            case "spawn" -> spawn(statement);
            case "start" -> start(statement);
            case "with" -> with(statement);
            case "each" -> each(statement);
            case "gather", "as-completed" -> branches(statement);
            case "repeat" -> {
                for (int i = 0; i < Integer.parseInt(statement.word(1)); i++) {
                    block(statement.body());
                }
            }
            default -> perform(statement);
        }
    }

    private void perform(Statement statement) {
        String value;
        try {
            value = simple.perform(statement, status, caught);
        } catch (Throwable t) {
            if (!statement.keyword().equals("raise")) {
                note(statement, t);
            }
            throw t;
        }
        if (!SILENT.contains(statement.keyword())) {
            state.log(me, statement + (value.isEmpty() ? "" : " = " + value));
        }
    }

    private void note(Statement statement, Throwable thrown) {
        state.log(me, statement + " ! " + TraceFormat.show(thrown));
    }

    // ---- scopes ----

    private void scope(Statement statement) throws Exception {
        String name = statement.word(1);
        boolean made = state.knows(name) && statement.length() == 2;
        CancelScope scope = made ? state.scope(name) : CancelScope.create();
        if (statement.says("shield")) {
            scope.setShield(true);
        }
        if (statement.says("within")) {
            scope.setDeadline(Deadline.after(InterpreterState.seconds(statement.after("within"))));
        }
        state.name(name, scope);
        leaving(name, () -> scope.run(() -> block(statement.body())));
    }

    private void moveOn(Statement statement) throws Exception {
        leaving(
                statement.word(1),
                () -> Timeouts.moveOnAfter(InterpreterState.seconds(statement.word(2)), named(statement)));
    }

    private void fail(Statement statement) throws Exception {
        leaving(
                statement.word(1),
                () -> Timeouts.failAfter(InterpreterState.seconds(statement.word(2)), named(statement)));
    }

    private void moveOnAt(Statement statement) throws Exception {
        Deadline point = state.thing(statement.word(2), Deadline.class);
        leaving(statement.word(1), () -> Timeouts.moveOnAt(point, named(statement)));
    }

    private void failAt(Statement statement) throws Exception {
        Deadline point = state.thing(statement.word(2), Deadline.class);
        leaving(statement.word(1), () -> Timeouts.failAt(point, named(statement)));
    }

    private ScopeBlock<Exception> named(Statement statement) {
        return scope -> {
            state.name(statement.word(1), scope);
            if (statement.says("shield")) {
                scope.setShield(true);
            }
            block(statement.body());
        };
    }

    private void group(Statement statement) throws Exception {
        leaving(
                statement.word(1),
                () -> TaskGroup.run(group -> {
                    state.name(statement.word(1), group);
                    block(statement.body());
                }));
    }

    /** Records how a block ends, and the state of its scope. */
    private void leaving(String name, Block<Exception> block) throws Exception {
        try {
            block.run();
        } catch (Throwable t) {
            state.log(me, "left " + name + InterpreterState.flags(state.scope(name)) + " ! " + TraceFormat.show(t));
            throw t;
        }
        state.log(me, "left " + name + InterpreterState.flags(state.scope(name)));
    }

    // ---- tasks ----

    private void spawn(Statement statement) {
        String name = statement.word(1);
        TaskGroup group = state.thing(statement.after("in"), TaskGroup.class);
        try {
            state.handle(name, group.startSoon(TaskOptions.named(name), () -> task(state, name, statement.body())));
        } catch (IllegalStateException inactive) {
            note(statement, inactive);
            throw inactive;
        }
    }

    private void start(Statement statement) {
        String name = statement.word(1);
        TaskGroup group = state.thing(statement.after("in"), TaskGroup.class);
        String value;
        try {
            var started = group.<String, String>startHandle(
                    TaskOptions.DEFAULTS.withName(name),
                    status -> new ProgramInterpreter(state, name, status).task(statement.body()));
            state.handle(name, started.handle());
            value = started.startValue();
        } catch (Throwable t) {
            note(statement, t);
            throw t;
        }
        state.log(me, statement + " = " + value);
    }

    private void branches(Statement statement) throws Exception {
        var branches = new BranchStatements(state, me);
        String value = "";
        try {
            if (statement.keyword().equals("gather")) {
                value = " = " + branches.gather(statement);
            } else {
                branches.asCompleted(statement, this::block);
            }
        } catch (Throwable t) {
            note(statement, t);
            throw t;
        }
        state.log(me, statement.text() + value);
    }

    private void each(Statement statement) throws Exception {
        Iterator<String> items = simple.items(statement.word(1));
        while (hasNext(statement, items)) {
            state.log(me, statement + " = " + items.next());
            block(statement.body());
        }
        state.log(me, statement + " = end");
    }

    private boolean hasNext(Statement statement, Iterator<String> items) {
        try {
            return items.hasNext();
        } catch (Throwable t) {
            note(statement, t);
            throw t;
        }
    }

    private void with(Statement statement) throws Exception {
        try {
            simple.acquire(statement);
        } catch (Throwable t) {
            note(statement, t);
            throw t;
        }
        state.log(me, statement.text());
        try {
            block(statement.body());
        } finally {
            release(statement);
        }
    }

    private void release(Statement statement) {
        try {
            simple.release(statement);
        } catch (Throwable t) {
            state.log(me, "release " + statement.word(1) + " ! " + TraceFormat.show(t));
            throw t;
        }
    }
}
