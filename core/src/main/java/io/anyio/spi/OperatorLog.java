package io.anyio.spi;

import java.io.PrintWriter;
import java.io.Writer;
import java.lang.System.Logger.Level;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A {@link System.Logger} for messages of the library and its backends to the operator of a program. It never throws:
 * if a logger fails or a failure cannot be printed, at most the message is lost. May be called from any thread. Not a
 * checkpoint; if the program's logger contains one, a cancellation is deferred to the next checkpoint.
 *
 * <p>AnyIO has no counterpart: Python's {@code logging} keeps the failures of its handlers to itself.
 */
public final class OperatorLog {
    /*
     * A failure is printed here before a logger gets it, because its class may override the methods that printing
     * calls, and a logger that fails may not report that. A failure that cannot be printed is replaced by an
     * UnprintableFailure.
     */

    private final String name;
    private volatile System.@Nullable Logger logger; // set by any thread, once it is found

    private OperatorLog(String name) {
        this.name = name;
    }

    /** Returns the log of this name. If its logger cannot be found now, the first message looks for it again. */
    public static OperatorLog named(String name) {
        var log = new OperatorLog(Objects.requireNonNull(name, "name"));
        try {
            log.logger(); // later no file descriptor may be left for reading the logger configuration
        } catch (Throwable notYet) {
            // the first message reports why
        }
        return log;
    }

    /** Logs a message, which is built only if the level is logged. If building it throws, logs that failure. */
    public void log(Level level, Supplier<String> message) {
        log(level, message, null);
    }

    /** Logs a message with a failure, if there is one. */
    public void log(Level level, Supplier<String> message, @Nullable Throwable failure) {
        Throwable shown = null;
        try {
            System.Logger target = logger();
            if (!target.isLoggable(level)) {
                return;
            }
            shown = failure == null ? null : printable(failure);
            target.log(level, message.get(), shown);
        } catch (Throwable notLogged) { // such as a logger that cannot open its file, or has a bug
            print(message, shown == null ? failure : shown, notLogged);
        }
    }

    /** Logs a message on a new thread, for callers that hold what a logger may wait for, such as a loop's thread. */
    public void logElsewhere(Level level, Supplier<String> message) {
        try {
            OwnThreads.unstarted("anyio-report", () -> log(level, message)).start();
        } catch (Throwable noThread) { // out of threads; the caller's own work matters more
        }
    }

    private System.Logger logger() {
        System.Logger known = logger;
        if (known == null) {
            known = System.getLogger(name);
            logger = known;
        }
        return known;
    }

    private static Throwable printable(Throwable failure) {
        try {
            failure.printStackTrace(new PrintWriter(Writer.nullWriter()));
            return failure;
        } catch (Throwable unprintable) { // code of the exception's class failed, or the causes are nested too deeply
            return new UnprintableFailure(failure, unprintable);
        }
    }

    private static void print(Supplier<String> message, @Nullable Throwable failure, Throwable notLogged) {
        try {
            System.err.println(text(message) + (failure == null ? "" : ": " + describe(failure)) + " (not logged: "
                    + describe(notLogged) + ")");
        } catch (Throwable nothingHelps) { // such as no memory; the message is lost
        }
    }

    private static String text(Supplier<String> message) {
        try {
            return message.get();
        } catch (Throwable failed) {
            return "A message could not be made: " + describe(failed);
        }
    }

    /** Returns the text of a failure, or at least its class. */
    static String describe(Throwable failure) {
        try {
            return String.valueOf(failure);
        } catch (Throwable unprintable) { // code of the exception's class
            return failure.getClass().getName();
        }
    }
}
