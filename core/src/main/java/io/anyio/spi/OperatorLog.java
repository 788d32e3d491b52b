package io.anyio.spi;

import java.io.PrintWriter;
import java.io.Writer;
import java.lang.System.Logger.Level;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A {@link System.Logger} for what the library and its backends tell the operator of a program. Never throws, so that a
 * logger that fails, or a failure that cannot be printed, harms nothing but its message. Any thread may call. Not a
 * checkpoint, except that the program's logger may have one; a cancellation is then left to the next checkpoint.
 *
 * <p>AnyIO has no counterpart: Python's {@code logging} keeps the failures of its handlers to itself.
 */
public final class OperatorLog {
    /*
     * A failure is printed here before a logger gets it, because its class may override what printing calls, and a logger
     * that fails may say nothing at all. What cannot be printed is replaced by an UnprintableFailure.
     */

    private final String name;
    private volatile System.@Nullable Logger logger; // set when it is found, by any thread

    private OperatorLog(String name) {
        this.name = name;
    }

    /** The log of this name. A logger that cannot be found now is looked for again by the first message. */
    public static OperatorLog named(String name) {
        var log = new OperatorLog(Objects.requireNonNull(name, "name"));
        try {
            log.logger(); // later there may be no file descriptor left for the settings of loggers
        } catch (Throwable notYet) {
            // the first message says why
        }
        return log;
    }

    /** Logs a message, which is made when the level is logged. What making it throws is logged instead. */
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
        } catch (Throwable notLogged) { // as by a logger that cannot open its file, or has a bug
            print(message, shown == null ? failure : shown, notLogged);
        }
    }

    /**
     * {@link #log(Level, Supplier)} on a thread of its own: for callers that hold something a logger may wait for, such
     * as a loop's thread.
     */
    public void logElsewhere(Level level, Supplier<String> message) {
        try {
            OwnThreads.unstarted("anyio-report", () -> log(level, message)).start();
        } catch (Throwable noThread) { // out of threads; what the caller has to do matters more
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
        } catch (Throwable unprintable) { // code of the exception's class, or too many failures in one another
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

    /** What a failure says of itself, or at least its class. */
    static String describe(Throwable failure) {
        try {
            return String.valueOf(failure);
        } catch (Throwable unprintable) { // code of the exception's class
            return failure.getClass().getName();
        }
    }
}
