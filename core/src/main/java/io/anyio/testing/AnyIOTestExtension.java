package io.anyio.testing;

import io.anyio.AnyIO;
import io.anyio.spi.BackendOptions;
import io.anyio.spi.BackendProvider;
import io.anyio.spi.Providers;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;

/**
 * Runs an {@link AnyIOTest} once on each variant of each backend.
 *
 * <p>AnyIO: its pytest plugin.
 */
@SuppressWarnings("exports") // only tests need JUnit
public final class AnyIOTestExtension implements TestTemplateInvocationContextProvider {

    /** Called by JUnit. */
    public AnyIOTestExtension() {}

    @Override
    public boolean supportsTestTemplate(ExtensionContext context) {
        return context.getTestMethod()
                .map(method -> method.isAnnotationPresent(AnyIOTest.class))
                .orElse(false);
    }

    @Override
    public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(ExtensionContext context) {
        AnyIOTest mark = context.getRequiredTestMethod().getAnnotation(AnyIOTest.class);
        List<String> wanted = List.of(mark.backends());
        List<TestTemplateInvocationContext> invocations = new ArrayList<>();
        for (BackendProvider provider : Providers.ofBackends().found()) {
            if ((wanted.isEmpty() || wanted.contains(provider.name()))
                    && (mark.simulated() || !provider.name().equals(SimulationProvider.NAME))) {
                provider.variants().forEach(variant -> invocations.add(new OnBackend(variant)));
            }
        }
        return invocations.stream();
    }

    /** One invocation of the method, as the first task of a run. */
    private record OnBackend(BackendOptions options) implements TestTemplateInvocationContext, InvocationInterceptor {

        @Override
        public String getDisplayName(int invocationIndex) {
            return options.toString();
        }

        @Override
        public List<Extension> getAdditionalExtensions() {
            return List.of(this);
        }

        @Override
        public void interceptTestTemplateMethod(
                Invocation<@Nullable Void> invocation,
                ReflectiveInvocationContext<Method> method,
                ExtensionContext context)
                throws Throwable {
            Throwable[] failure = new Throwable[1];
            AnyIO.run(
                    () -> {
                        try {
                            invocation.proceed();
                        } catch (Throwable thrown) { // JUnit's methods may throw anything
                            failure[0] = thrown;
                        }
                    },
                    options);
            if (failure[0] != null) {
                throw failure[0];
            }
        }
    }
}
