package io.anyio.testsuite.golden;

import io.anyio.TaskHandle;
import io.anyio.ValueBlock;
import io.anyio.task.Tasks;
import java.util.List;
import java.util.Locale;

/** Executes {@code gather} and {@code as-completed}, whose tasks are the lines {@code branch} of their bodies. */
final class BranchStatements {
    private final InterpreterState state;
    private final String me;

    BranchStatements(InterpreterState state, String me) {
        this.state = state;
        this.me = me;
    }

    String gather(Statement statement) {
        return String.join(", ", Tasks.<String>gather(branches(statement)));
    }

    /** Runs {@code body} after the end of each branch, the first to end first. */
    void asCompleted(Statement statement, StatementBlock body) {
        Tasks.<String>asCompleted(branches(statement)).run(ended -> {
            for (TaskHandle<String> task : ended) {
                state.log(me, "ended " + task.status().name().toLowerCase(Locale.ROOT));
                for (Statement line : statement.body()) {
                    if (line.keyword().equals("body")) {
                        body.run(line.body());
                    }
                }
            }
        });
    }

    private List<ValueBlock<String, ?>> branches(Statement statement) {
        return statement.body().stream()
                .filter(line -> line.keyword().equals("branch"))
                .<ValueBlock<String, ?>>map(line -> () -> ProgramInterpreter.task(state, line.word(1), line.body()))
                .toList();
    }

    /** Executes lines in the current task. */
    @FunctionalInterface
    interface StatementBlock {
        void run(List<Statement> lines) throws Exception;
    }
}
