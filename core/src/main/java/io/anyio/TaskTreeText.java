package io.anyio;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Writes the snapshots of {@link TaskDump} as text: a line for each task, and one for each notable scope. */
final class TaskTreeText {
    private static final int DEEPEST = 40; // deeper levels are written as a number: a long chain takes linear space

    private final StringBuilder text = new StringBuilder();

    private TaskTreeText() {}

    static String of(List<RunSnapshot> runs) {
        var drawing = new TaskTreeText();
        runs.forEach(drawing::draw);
        return drawing.text.toString();
    }

    private void draw(RunSnapshot run) {
        text.append("run ").append(run.id()).append(' ').append(run.info()).append('\n');
        for (RunSnapshot.TaskSnapshot task : run.tasks()) {
            draw(task);
        }
    }

    private void draw(RunSnapshot.TaskSnapshot task) {
        indent(task.depth() + 1).append(task.info());
        if (task.info().hasPendingCancellation()) {
            text.append(", cancelled");
        }
        if (task.hostGroups() > 1) {
            text.append(", in scope ").append(task.groupScope());
        }
        if (task.depth() >= DEEPEST) {
            text.append(", ").append(task.depth()).append(" tasks deep");
        }
        text.append('\n');
        for (int number = 0; number < task.scopes().size(); number++) {
            draw(task.depth(), number, task.scopes().get(number));
        }
    }

    private void draw(int depth, int number, RunSnapshot.ScopeSnapshot scope) {
        Duration deadline = scope.deadline();
        String words = (scope.group() ? ", group" : "")
                + (scope.shield() ? ", shielded" : "")
                + (deadline == null ? "" : ", deadline " + inWords(deadline))
                + (scope.cancelled() == null ? "" : ", " + scope.cancelled());
        if (!words.isEmpty()) {
            indent(depth + 3)
                    .append("scope ")
                    .append(number)
                    .append(':')
                    .append(words, 1, words.length())
                    .append('\n');
        }
    }

    private static String inWords(Duration left) {
        double seconds = left.abs().toNanos() / 1e9;
        return left.isNegative()
                ? String.format(Locale.ROOT, "passed %.3f s ago", seconds)
                : String.format(Locale.ROOT, "in %.3f s", seconds);
    }

    private StringBuilder indent(int levels) {
        return text.repeat("  ", Math.min(levels, DEEPEST));
    }
}
