package io.anyio.internal;

import io.anyio.loom.VirtualThreads;
import java.lang.System.Logger.Level;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The reports of the watchdog, one for each place in the code, and the definition of such a place. Only the watchdog's
 * thread reports; any thread may determine a place.
 */
public final class StallReporter {
    private static final int FRAMES = 12;

    /** The packages of the library, whose frames say nothing about the code that uses it. */
    static final Set<String> LIBRARY = Set.of(
            "io.anyio",
            "io.anyio.internal",
            "io.anyio.loom",
            "io.anyio.lowlevel",
            "io.anyio.net",
            "io.anyio.netty",
            "io.anyio.resource",
            "io.anyio.select",
            "io.anyio.spi",
            "io.anyio.stream",
            "io.anyio.sync",
            "io.anyio.task",
            "io.anyio.testing",
            "io.anyio.thread");

    private static final Set<String> SAID = new HashSet<>(); // watchdog's thread only

    private StallReporter() {}

    /** A task computes for long. */
    static void busy(TaskLoop loop, Task task, Thread carrier, StackTraceElement[] where) {
        say(
                "busy",
                where,
                ("Task '%s' has held loop %d (%s) for a long time without a checkpoint."
                                + " Give long work to a thread of its own, or call AnyIO.checkpoint() now and then")
                        .formatted(task.name(), loop.index(), carrier.getName()));
    }

    /** A task waits while it is pinned to the thread of its loop. */
    static void pinned(TaskLoop loop, Task task, Thread carrier, @Nullable Wait wait, StackTraceElement[] where) {
        if (wait == null && loadsClasses(where)) {
            return; // another thread loads the same class; it ends by itself
        }
        say(
                "pinned",
                where,
                ("Task '%s' waits (%s) while it is pinned to the thread of loop %d (%s), which can do no I/O meanwhile, by %s."
                                + " Other tasks run on another thread%s. Move the wait out of it")
                        .formatted(
                                task.name(),
                                wait == null ? "outside of the library" : wait.what(),
                                loop.index(),
                                carrier.getName(),
                                pinnedBy(where),
                                wait == null ? ", beside it until its next suspension point" : ""));
    }

    /** Why a wait that only the pinned thread could end is refused. */
    static String refusal(Task task, @Nullable Wait wait, StackTraceElement[] where) {
        return ("Task '%s' waits (%s) while it is pinned to the thread that would have to end the wait, by %s."
                        + " Make the call outside of it, or on another thread")
                .formatted(task.name(), wait == null ? "outside of the library" : wait.what(), pinnedBy(where));
    }

    private static String pinnedBy(StackTraceElement[] where) {
        StackTraceElement frame = pinningFrame(where);
        if (frame == null) {
            return "a native method on its stack";
        }
        return frame.getMethodName().equals("<clinit>")
                ? "the initializer of class " + frame.getClassName() + " (" + frame + ")"
                : "the native method " + frame;
    }

    /** The loop's thread waits for a lock while tasks are ready. */
    static void rescued(TaskLoop loop, Thread stuck) {
        StackTraceElement[] where = stuck.getStackTrace();
        if (loadsClasses(where) || !Watchdog.isWaiting(stuck)) {
            return; // it ends by itself, or has ended
        }
        say(
                "rescued",
                where,
                "The thread of loop %d (%s) waits for a lock while its tasks are ready; another thread runs them meanwhile."
                        .formatted(loop.index(), stuck.getName()));
    }

    /** A task of the portable carrier waits for something foreign; others run beside it. */
    static void lent(Task task, StackTraceElement[] where) {
        say(
                "lent",
                where,
                ("Task '%s' waits outside of the library while other tasks of its loop are ready; they run meanwhile, beside"
                                + " it until it comes to its next suspension point. Make the call through Interruptible, or"
                                + " start the JVM with %s")
                        .formatted(task.name(), VirtualThreads.flag()));
    }

    /** Returns the pinning frame: the innermost class initializer or native method outside of the wait itself. */
    private static @Nullable StackTraceElement pinningFrame(StackTraceElement[] where) {
        for (StackTraceElement frame : where) {
            String type = frame.getClassName();
            boolean ofTheWait = type.startsWith("java.lang.VirtualThread")
                    || type.startsWith("jdk.internal.misc.")
                    || type.equals("java.lang.Object")
                    || type.equals("java.lang.Thread");
            if (frame.getMethodName().equals("<clinit>") || (frame.isNativeMethod() && !ofTheWait)) {
                return frame;
            }
        }
        return null;
    }

    static boolean loadsClasses(StackTraceElement[] where) {
        for (StackTraceElement frame : where) {
            if (frame.getMethodName().equals("loadClass")) {
                return true;
            }
        }
        return false;
    }

    private static void say(String kind, StackTraceElement[] where, String message) {
        if (where.length == 0) {
            return; // it has moved on, and there is no place to look at
        }
        if (SAID.add(kind + placeOf(where))) {
            var text = new StringBuilder(message);
            for (int i = 0; i < Math.min(where.length, FRAMES); i++) {
                text.append("\n    at ").append(where[i]);
            }
            // on a separate thread: the lock for which the tasks wait may be the one that logging needs
            EngineLog.LOG.logElsewhere(Level.WARNING, text::toString);
        }
    }

    /** The first frame that is neither ours nor the JDK's. */
    public static String placeOf(StackTraceElement[] where) {
        for (StackTraceElement frame : where) {
            String type = frame.getClassName();
            if (!type.startsWith("java.") && !type.startsWith("jdk.") && !isLibrary(type)) {
                return frame.toString();
            }
        }
        return where.length == 0 ? "nowhere" : where[where.length - 1].toString();
    }

    /** Whether the innermost frame is not the library's. */
    static boolean isOutsideOfLibrary(StackTraceElement[] where) {
        return where.length > 0 && !isLibrary(where[0].getClassName());
    }

    private static boolean isLibrary(String type) {
        return type.startsWith("io.anyio.") && LIBRARY.contains(type.substring(0, type.lastIndexOf('.')));
    }
}
