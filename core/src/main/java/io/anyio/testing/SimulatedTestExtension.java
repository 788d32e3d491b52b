package io.anyio.testing;

import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.platform.commons.support.ReflectionSupport;

/**
 * Runs a {@link SimulatedTest} once for each seed, on the same test instance.
 *
 * <p>AnyIO has no counterpart.
 */
@SuppressWarnings("exports") // only tests need JUnit
public final class SimulatedTestExtension implements InvocationInterceptor {

    /** Called by JUnit. */
    public SimulatedTestExtension() {}

    @Override
    public void interceptTestMethod(
            Invocation<@Nullable Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        invocation.skip(); // the method is called below, once for each seed
        Method test = method.getExecutable();
        SimulatedTest wanted = test.getAnnotation(SimulatedTest.class);
        int seeds = wanted.seeds() == 1 ? 1 : Math.max(wanted.seeds(), Integer.getInteger("seeds", 0));
        Object instance = context.getRequiredTestInstance();
        Object[] arguments = method.getArguments().toArray();
        Throwable[] failure = new Throwable[1];
        for (int seed = 0; seed < seeds; seed++) {
            Simulation simulation = Simulation.DEFAULTS.withSeed(seed).withLoops(wanted.loops());
            SimulationReport[] report = new SimulationReport[1];
            simulation.withListener(told -> report[0] = told).run(() -> {
                try {
                    ReflectionSupport.invokeMethod(test, instance, arguments);
                } catch (Throwable thrown) { // a test may throw anything
                    failure[0] = thrown;
                }
            });
            if (failure[0] != null) {
                failure[0].addSuppressed(new SimulationNote(report[0]));
                throw failure[0];
            }
        }
    }
}
