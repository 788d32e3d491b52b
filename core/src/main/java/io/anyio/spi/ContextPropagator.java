package io.anyio.spi;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Propagates context that other libraries keep with the thread, such as a trace or logging fields, from the code that
 * starts a task to that task. Announced through {@link java.util.ServiceLoader} or registered with
 * {@code io.anyio.ContextPropagation}. Without a propagator no such context is carried.
 *
 * <pre>{@code
 * public <T> Callable<T> wrap(Callable<T> code) {
 *     Map<String, String> fields = MDC.getCopyOfContextMap();     // of the code that starts the task
 *     return () -> {
 *         MDC.setContextMap(fields);                               // in the task
 *         try {
 *             return code.call();
 *         } finally {
 *             MDC.clear();
 *         }
 *     };
 * }
 * }</pre>
 *
 * A bridge to OpenTelemetry is {@code return Context.current().wrap(code)}.
 *
 * <p>AnyIO: {@code contextvars}, which every library uses.
 */
public interface ContextPropagator {

    /**
     * Captures the context of the calling thread, and returns code that runs {@code code} in it, or {@code code} itself
     * when there is nothing to propagate.
     *
     * <p>Called exactly once for each task that is started and for each call to a worker, by the thread that starts the
     * task or makes the call, before that returns. It is never called by another thread, whichever loop the task goes
     * to. The first task of a run begins with the context of the caller of {@code AnyIO.run} or, for a runtime on
     * foreign event loops, of {@code attach}.
     *
     * <p>The result is called once, or never if the task is not started after all. It runs in a virtual thread of the
     * task's own, where thread-locals live as long as the task, or on a worker thread, which serves other tasks
     * afterwards. This method must not wait. An exception that it throws is thrown to the code that starts the task,
     * and no task is started.
     */
    <T extends @Nullable Object> Callable<T> wrap(Callable<T> code);
}
