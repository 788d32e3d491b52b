package io.anyio.internal;

import io.anyio.diagnostics.WatchdogEvent;
import io.anyio.diagnostics.WatchdogEvent.Kind;
import io.anyio.loom.VirtualThreads;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The messages of the watchdog, and the definition of a place in the code. Only the watchdog's thread reports; any
 * thread may determine a place.
 */
public final class StallReporter {
    /** The packages of the library, whose frames say nothing about the code that uses it. */
    static final Set<String> LIBRARY = Set.of(
            "io.anyio",
            "io.anyio.diagnostics",
            "io.anyio.future",
            "io.anyio.internal",
            "io.anyio.jdk",
            "io.anyio.jfr",
            "io.anyio.loom",
            "io.anyio.lowlevel",
            "io.anyio.net",
            "io.anyio.netty",
            "io.anyio.netty.buffer",
            "io.anyio.netty.future",
            "io.anyio.netty.loop",
            "io.anyio.netty.message",
            "io.anyio.netty.tcp",
            "io.anyio.netty.transport",
            "io.anyio.resource",
            "io.anyio.select",
            "io.anyio.spi",
            "io.anyio.stream",
            "io.anyio.sync",
            "io.anyio.task",
            "io.anyio.testing",
            "io.anyio.testing.junit",
            "io.anyio.thread");

    private StallReporter() {}

    /** A task computes for long. */
    static void busy(TaskLoop loop, Task task, Thread carrier, StackTraceElement[] where, long nanos) {
        report(
                Kind.SLOW_TURN,
                "busy",
                loop,
                task,
                carrier,
                where,
                nanos,
                ("Task '%s' has held loop %d (%s) for a long time without a checkpoint."
                                + " Give long work to a thread of its own, or call AnyIO.checkpoint() now and then")
                        .formatted(task.name(), loop.index(), carrier.getName()));
    }

    /** A task waits while it is pinned to the thread of its loop. */
    static void pinned(
            TaskLoop loop,
            Task task,
            Thread carrier,
            @Nullable Wait wait,
            StackTraceElement[] where,
            boolean rescued,
            long nanos) {
        if (wait == null && !rescued && loadsClasses(where)) {
            return; // as a rule another thread loads the same class, and it ends by itself
        }
        report(
                rescued ? Kind.RESCUE : Kind.STALLED_LOOP,
                "pinned",
                loop,
                task,
                carrier,
                where,
                nanos,
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
    static void rescued(TaskLoop loop, Thread stuck, long nanos) {
        StackTraceElement[] where = stuck.getStackTrace();
        if (loadsClasses(where) || !Watchdog.isWaiting(stuck)) {
            return; // it ends by itself, or has ended
        }
        report(
                Kind.RESCUE,
                "rescued",
                loop,
                null,
                stuck,
                where,
                nanos,
                "The thread of loop %d (%s) waits for a lock while its tasks are ready; another thread runs them meanwhile."
                        .formatted(loop.index(), stuck.getName()));
    }

    /** A task of the portable carrier waits for something foreign; others run beside it. */
    static void lent(Task task, StackTraceElement[] where, long nanos) {
        report(
                Kind.LENT_TURN,
                "lent",
                task.loop(),
                task,
                task.thread(),
                where,
                nanos,
                ("Task '%s' waits outside of the library while other tasks of its loop are ready; they run meanwhile, beside"
                                + " it until it comes to its next suspension point. Make the call through Interruptible, or"
                                + " start the JVM with %s")
                        .formatted(task.name(), VirtualThreads.flag()));
    }

    private static void report(
            Kind kind,
            String topic,
            TaskLoop loop,
            @Nullable Task task,
            Thread thread,
            StackTraceElement[] where,
            long nanos,
            String message) {
        var event = new WatchdogEvent(
                kind,
                loop.run().id(),
                loop.index(),
                task == null ? 0 : task.id(),
                task == null ? "" : task.name(),
                thread.getName(),
                Duration.ofNanos(nanos),
                List.of(where),
                message,
                0);
        WatchdogReports.report(loop.run(), topic, event);
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
