package io.anyio.examples.docs;

import io.anyio.AnyIO;
import io.anyio.ContextPropagation;
import io.anyio.ContextVar;
import io.anyio.TaskContext;
import io.anyio.TaskDump;
import io.anyio.TaskGroup;
import io.anyio.TaskInfo;
import io.anyio.TaskOptions;
import io.anyio.Timeouts;
import io.anyio.lowlevel.RunVar;
import io.anyio.select.Select;
import io.anyio.spi.ContextPropagator;
import io.anyio.stream.MemoryObjectStream;
import io.anyio.sync.Event;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * The code of docs/low-level.md. The test of the docs compares it with the page, runs it, and compares what it prints.
 */
public final class LowLevel {
    private LowLevel() {}

    /** Stands for the MDC of a logging library. */
    private static final class MDC {
        private static final ThreadLocal<@Nullable Map<String, String>> FIELDS = new ThreadLocal<>();

        private MDC() {}

        static @Nullable Map<String, String> getCopyOfContextMap() {
            return FIELDS.get();
        }

        static void setContextMap(@Nullable Map<String, String> fields) {
            FIELDS.set(fields);
        }

        static void clear() {
            FIELDS.remove();
        }
    }

    /** Waits for the first of several things. */
    public static void select() {
        // begin select
        AnyIO.run(() -> {
            var inbox = MemoryObjectStream.<String>create(10);
            var stop = Event.create();
            TaskGroup.run(group -> {
                group.startSoon(() -> {
                    inbox.sender().send("hello");
                    AnyIO.sleep(Duration.ofMillis(20));
                    stop.set();
                });
                boolean going = true;
                while (going) {
                    going = Select.first(
                            stop.onSet().then(_ -> false),
                            inbox.receiver().onReceive().then(item -> {
                                System.out.println("got " + item);
                                return true;
                            }),
                            Select.after(Duration.ofSeconds(5)).then(_ -> true));
                }
                System.out.println("told to stop");
            });
        });
        // end select
    }

    /** Sends if there is room. */
    public static void otherwise() {
        // begin otherwise
        AnyIO.run(() -> {
            var full = MemoryObjectStream.<String>create(1);
            full.sender().sendNow("first");
            String outcome = Select.first(
                    full.sender().onSend("second").then(_ -> "sent"),
                    Select.after(Duration.ZERO).then(_ -> "no room"));
            System.out.println(outcome);
        });
        // end otherwise
    }

    /** A value of a run. */
    public static void runVar() {
        // begin run-var
        RunVar<Integer> limit = RunVar.create("limit", 10);
        AnyIO.run(() -> {
            limit.where(3, () -> TaskGroup.run(group -> group.startSoon(() -> System.out.println(limit.get()))));
            System.out.println(limit.get());
        });
        // end run-var
    }

    /** Values that are kept. */
    public static void taskContext() {
        // begin task-context
        ContextVar<String> user = ContextVar.create("user");
        AnyIO.run(() -> TaskGroup.run(group -> {
            user.set("guest");
            var context = TaskContext.copyCurrent();
            context.run(() -> user.set("ada"));
            System.out.println("host: " + user.get());
            group.startSoon(TaskOptions.DEFAULTS.withContext(context), () -> System.out.println("task: " + user.get()));
        }));
        // end task-context
    }

    // begin bridge
    static final class MdcPropagator implements ContextPropagator {
        @Override
        public <T extends @Nullable Object> Callable<T> wrap(Callable<T> code) {
            Map<String, String> fields = MDC.getCopyOfContextMap(); // of the thread that starts the task
            return fields == null
                    ? code
                    : () -> {
                        MDC.setContextMap(fields); // in the task
                        try {
                            return code.call();
                        } finally {
                            MDC.clear();
                        }
                    };
        }
    }
    // end bridge

    /** Uses the bridge. */
    public static void carried() {
        var propagator = new MdcPropagator();
        // begin carried
        ContextPropagation.register(propagator);
        AnyIO.run(() -> {
            MDC.setContextMap(Map.of("request", "42"));
            TaskGroup.run(group -> group.startSoon(() -> System.out.println(MDC.getCopyOfContextMap())));
        });
        // end carried
        ContextPropagation.unregister(propagator);
    }

    /** Looks at tasks. */
    public static void tasks() {
        // begin tasks
        AnyIO.run(() -> TaskGroup.run(group -> {
            group.startSoon(TaskOptions.named("waiter"), AnyIO::sleepForever);
            AnyIO.awaitAllTasksBlocked();
            for (TaskInfo task : AnyIO.runningTasks()) {
                System.out.println(task.name() + ": " + task.state());
            }
            group.cancel();
        }));
        // end tasks
    }

    /** The whole tree, from a thread that is no task. */
    public static void dump() throws InterruptedException {
        // begin dump
        Thread admin = Thread.ofPlatform().unstarted(() -> System.out.print(TaskDump.text()));
        AnyIO.run(() -> TaskGroup.run(group -> {
            group.startSoon(
                    TaskOptions.named("fetch"),
                    () -> Timeouts.moveOnAfter(Duration.ofSeconds(30), AnyIO::sleepForever));
            AnyIO.awaitAllTasksBlocked();
            admin.start();
            admin.join();
            group.cancel();
        }));
        // end dump
    }
}
