package io.anyio.spi;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Carries context that other libraries keep with the thread, such as a trace or the fields of a log, from the code that
 * starts a task to that task. Announced through {@link java.util.ServiceLoader} or registered with
 * {@code io.anyio.ForeignContext}; without any nothing is done.
 *
 * <pre>{@code
 * public <T> Callable<T> carry(Callable<T> code) {
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
public interface ContextCarrier {

    /**
     * Captures the context of the calling thread, and gives code that runs {@code code} in it; {@code code} itself when
     * there is nothing to carry.
     *
     * <p>Called exactly once for each task that is started and each call to a worker, by the thread that starts the
     * task or makes the call and before that returns; never by another thread, whichever loop the task goes to. A run
     * has a first task too: it begins with the context of the caller of {@code AnyIO.run}, or, for a runtime on foreign
     * event loops, of the caller of {@code attach}.
     *
     * <p>The result is called once, or never when the task is not started after all: in a virtual thread of the task's
     * own, where thread-locals live as long as the task, or on a worker thread, which others use afterwards. Must not
     * wait; what it throws is thrown to the code that starts the task, and no task is started.
     */
    <T extends @Nullable Object> Callable<T> carry(Callable<T> code);
}
