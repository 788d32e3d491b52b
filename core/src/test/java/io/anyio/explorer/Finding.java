package io.anyio.explorer;

import io.anyio.FailureGroup;
import java.util.List;

/**
 * A run that went wrong.
 *
 * @param scenario its scenario
 * @param seed its seed
 * @param loops how many loops it had
 * @param cause what was thrown
 * @param trace what the tasks did, in order
 */
record Finding(String scenario, long seed, int loops, Throwable cause, List<String> trace) {
    private static final int LONGEST = 200;

    /** What failed, the command that replays it, and the trace. */
    String report() {
        var text = new StringBuilder();
        text.append(scenario)
                .append(" failed with seed ")
                .append(seed)
                .append(" on ")
                .append(loops);
        text.append(loops == 1 ? " loop: " : " loops: ")
                .append(inner(cause))
                .append("\nreplay: ")
                .append(command());
        text.append("\nwhat the tasks did, in order:");
        trace.stream().limit(LONGEST).forEach(line -> text.append("\n  ").append(line));
        if (trace.size() > LONGEST) {
            text.append("\n  and ").append(trace.size() - LONGEST).append(" more lines");
        }
        return text.append('\n').toString();
    }

    private String command() {
        return "./mvnw -o -pl core test -Dtest=ExplorerTest -Dexplorer.scenario='" + scenario + "' -Dexplorer.seed="
                + seed + " -Dexplorer.loops=" + loops;
    }

    private static Throwable inner(Throwable thrown) {
        return thrown instanceof FailureGroup group ? group.collapse() : thrown;
    }
}
