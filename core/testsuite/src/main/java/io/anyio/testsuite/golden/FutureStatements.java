package io.anyio.testsuite.golden;

import io.anyio.sync.Deferred;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Executes the lines of a program about values that other tasks supply: {@code future f}, {@code complete f 7}. */
final class FutureStatements {
    private final InterpreterState state;

    FutureStatements(InterpreterState state) {
        this.state = state;
    }

    /** Executes a statement and returns the text to record for it, or null if it is about something else. */
    @Nullable
    String perform(Statement statement) {
        if (statement.keyword().equals("future")) {
            state.name(statement.word(1), Deferred.<String>create());
            return "";
        }
        return statement.length() > 1
                        && state.knows(statement.word(1))
                        && state.thing(statement.word(1)) instanceof Deferred
                ? perform(statement, future(statement.word(1)))
                : null;
    }

    private static String perform(Statement statement, Deferred<String> future) {
        switch (statement.keyword()) {
            case "complete" -> future.complete(statement.word(2));
            case "break" -> future.fail(new TraceFormat.Raised(statement.word(2)));
            case "cancel" -> future.cancel();
            case "await" -> future.await();
            case "join" -> {
                return future.join();
            }
            case "status" -> {
                return future.status().name().toLowerCase(Locale.ROOT);
            }
            case "value" -> {
                return future.returnValue();
            }
            case "exception" -> {
                return TraceFormat.show(future.exception().orElse(null));
            }
            default -> throw new AssertionError(statement);
        }
        return "";
    }

    @SuppressWarnings("unchecked")
    private Deferred<String> future(String name) {
        return state.thing(name, Deferred.class);
    }
}
