package io.anyio.examples.docs;

import io.anyio.AnyIO;
import io.anyio.EventLoopToken;
import io.anyio.TaskGroup;
import io.anyio.TaskHandle;
import io.anyio.TaskOptions;
import io.anyio.Timeouts;
import io.anyio.diagnostics.RunStatistics;
import io.anyio.diagnostics.WatchdogListener;
import io.anyio.diagnostics.WatchdogListeners;
import io.anyio.spi.ContextPropagator;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.opentelemetry.context.Context;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * The code of docs/observability.md. The test of the docs compares it with the page, runs it, and compares what it
 * prints.
 */
public final class Observability {
    private Observability() {}

    /** The numbers of a run. */
    public static void statistics() {
        // begin statistics
        AnyIO.run(() -> TaskGroup.run(group -> {
            group.startSoon(AnyIO::sleepForever);
            group.startSoon(() -> Timeouts.moveOnAfter(Duration.ofSeconds(30), AnyIO::sleepForever));
            AnyIO.awaitAllTasksBlocked();
            RunStatistics now = AnyIO.statistics();
            System.out.println(
                    now.tasksAlive() + " tasks, " + now.tasksReady() + " ready, " + now.deadlinesArmed() + " deadline");
            group.cancel();
        }));
        // end statistics
    }

    /** A listener of the watchdog. */
    public static void listener() throws InterruptedException {
        var printed = new CountDownLatch(1);
        System.setProperty("anyio.watchdog.slow_turn", "100ms");
        // begin listener
        WatchdogListener listener = event -> {
            if (event.taskName().equals("report")) {
                System.out.println(event.kind() + " of task '" + event.taskName() + "' on loop " + event.loop());
                printed.countDown();
            }
        };
        WatchdogListeners.register(listener);
        // end listener
        AnyIO.run(() -> TaskGroup.run(group -> {
            TaskHandle<?> report = group.startSoon(TaskOptions.named("report"), () -> {
                while (printed.getCount() > 0) {
                    Thread.onSpinWait();
                }
            });
            group.startSoon(() -> {
                while (report.status() == TaskHandle.Status.PENDING) {
                    AnyIO.checkpoint();
                }
            });
        }));
        WatchdogListeners.unregister(listener);
        System.clearProperty("anyio.watchdog.slow_turn");
    }

    // begin mdc
    static final class MdcPropagator implements ContextPropagator {
        @Override
        public <T extends @Nullable Object> Callable<T> wrap(Callable<T> code) {
            Map<String, String> fields = MDC.getCopyOfContextMap(); // of the code that starts the task
            return fields == null
                    ? code
                    : () -> {
                        MDC.setContextMap(fields); // in the task, or on the worker thread
                        try {
                            return code.call();
                        } finally {
                            MDC.clear();
                        }
                    };
        }
    }
    // end mdc

    // begin open-telemetry
    static final class OpenTelemetryPropagator implements ContextPropagator {
        @Override
        public <T extends @Nullable Object> Callable<T> wrap(Callable<T> code) {
            return Context.current().wrap(code);
        }
    }
    // end open-telemetry

    // begin micrometer
    record RunMetrics(EventLoopToken run) implements MeterBinder {
        @Override
        public void bindTo(MeterRegistry registry) {
            gauge(registry, "anyio.tasks.alive", RunStatistics::tasksAlive);
            gauge(registry, "anyio.tasks.ready", RunStatistics::tasksReady);
            gauge(registry, "anyio.deadlines.armed", RunStatistics::deadlinesArmed);
            gauge(registry, "anyio.bytes.to.send", RunStatistics::bytesToSend);
            gauge(registry, "anyio.workers.busy", RunStatistics::workersBusy);
            gauge(registry, "anyio.workers.waited.for", RunStatistics::workersWaitedFor);
            counter(registry, "anyio.tasks.started", RunStatistics::tasksStarted);
            counter(registry, "anyio.switches", RunStatistics::switches);
            counter(registry, "anyio.turns.slow", RunStatistics::slowTurns);
            counter(registry, "anyio.turns.lent", RunStatistics::lentTurns);
            counter(registry, "anyio.rescues", RunStatistics::rescues);
        }

        private void gauge(MeterRegistry registry, String name, ToLongFunction<RunStatistics> number) {
            Gauge.builder(name, () -> number.applyAsLong(run.statistics())).register(registry);
        }

        private void counter(MeterRegistry registry, String name, ToLongFunction<RunStatistics> number) {
            FunctionCounter.builder(name, this, metrics -> number.applyAsLong(metrics.run.statistics()))
                    .register(registry);
        }
    }
    // end micrometer

    /** Binds the metrics of the current run. */
    static void bind(MeterRegistry registry) {
        // begin bind
        new RunMetrics(AnyIO.currentToken()).bindTo(registry); // in a task of the run
        // end bind
    }
}
