package io.anyio.spi;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Carries context that other libraries keep with the thread, such as a trace or the fields of a log, from whoever
 * starts a task to that task. Announced through {@link java.util.ServiceLoader} or registered with
 * {@code io.anyio.ForeignContext}; without any nothing is done.
 *
 * <pre>{@code
 * public <T> Callable<T> carry(Callable<T> code) {
 *     Map<String, String> fields = MDC.getCopyOfContextMap();     // of whoever starts the task
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
     * Captures the context of the calling thread, and gives code that runs {@code code} in it. The result is called
     * once, or never when the task is not started after all: in a virtual thread of the task's own, where thread-locals
     * live as long as the task, or on a worker thread, which others use afterwards. Must not wait; what it throws is
     * thrown to whoever starts the task.
     */
    <T extends @Nullable Object> Callable<T> carry(Callable<T> code);
}
