package io.anyio.testing.junit;

import java.lang.reflect.Method;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * The call of a {@code @BeforeAll} or {@code @AfterAll} method in a round. JUnit resolves its parameters, and does not
 * know of the call otherwise: its {@link Timeout} is applied here.
 *
 * @param method the method
 * @param context the context of the round
 */
record LifecycleMethod(Method method, ExtensionContext context) implements Callback.Code<@Nullable Void> {
    @Override
    public @Nullable Void call() {
        var _ = context.getExecutableInvoker()
                .invoke(method, context.getTestInstance().orElse(null));
        return null;
    }

    @Override
    public Callback.@Nullable TimeLimit limit() {
        Timeout timeout =
                AnnotationSupport.findAnnotation(method, Timeout.class).orElse(null);
        return timeout == null
                ? null
                : new Callback.TimeLimit(
                        method.getDeclaringClass().getSimpleName() + "." + method.getName(),
                        Duration.of(timeout.value(), timeout.unit().toChronoUnit()));
    }
}
