package io.anyio;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Writes the snapshots of {@link TaskDump} as JSON. */
final class TaskTreeJson {
    private final StringBuilder json = new StringBuilder();
    private boolean first = true; // no comma before the next member

    private TaskTreeJson() {}

    static String of(List<RunSnapshot> runs) {
        var writer = new TaskTreeJson();
        writer.open('{').key("runs").open('[');
        runs.forEach(writer::run);
        return writer.close(']').close('}').json.append('\n').toString();
    }

    private void run(RunSnapshot run) {
        separate();
        open('{').key("id").raw(run.id());
        key("backend").string(run.info().backend());
        key("transport").string(run.info().transport());
        key("carrier").string(run.info().carrier().label());
        key("loops").raw(run.info().loops());
        key("tasks").open('[');
        run.tasks().forEach(this::task);
        close(']').close('}');
    }

    private void task(RunSnapshot.TaskSnapshot task) {
        TaskInfo info = task.info();
        separate();
        open('{').key("id").raw(info.id());
        key("parent").raw(info.parentId());
        key("host").raw(task.host());
        key("groupScope").raw(task.groupScope());
        key("name").string(info.name());
        key("loop").raw(task.loop());
        key("state").string(info.state().toString());
        key("waitsFor").string(info.waitsFor());
        key("where").string(info.where());
        key("hasPendingCancellation").raw(info.hasPendingCancellation());
        key("scopes").open('[');
        task.scopes().forEach(this::scope);
        close(']').close('}');
    }

    private void scope(RunSnapshot.ScopeSnapshot scope) {
        separate();
        open('{').key("group").raw(scope.group());
        key("shield").raw(scope.shield());
        key("secondsToDeadline").raw(seconds(scope.deadline()));
        key("cancelled").string(scope.cancelled());
        close('}');
    }

    private static String seconds(@Nullable Duration left) {
        return left == null ? "null" : String.format(Locale.ROOT, "%.9f", left.toNanos() / 1e9);
    }

    // ---- grammar ----

    private TaskTreeJson open(char bracket) {
        json.append(bracket);
        first = true;
        return this;
    }

    private TaskTreeJson close(char bracket) {
        json.append(bracket);
        first = false;
        return this;
    }

    private void separate() {
        if (!first) {
            json.append(',');
        }
        first = false;
    }

    private TaskTreeJson key(String name) {
        separate();
        quote(name);
        json.append(':');
        return this;
    }

    private void raw(Object value) {
        json.append(value);
    }

    private void string(@Nullable String value) {
        if (value == null) {
            json.append("null");
        } else {
            quote(value);
        }
    }

    /** Appends a string. Escapes characters that JSON does not allow, and surrogates, which cannot be encoded alone. */
    private void quote(String value) {
        json.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '"', '\\' -> json.append('\\').append(c);
                case '\n' -> json.append("\\n");
                case '\t' -> json.append("\\t");
                case '\r' -> json.append("\\r");
                default -> {
                    if (c < ' ' || Character.isSurrogate(c) || c == '\u2028' || c == '\u2029') {
                        json.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
                    } else {
                        json.append(c);
                    }
                }
            }
        }
        json.append('"');
    }
}
