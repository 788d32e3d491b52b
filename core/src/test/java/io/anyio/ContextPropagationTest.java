package io.anyio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anyio.spi.ContextPropagator;
import io.anyio.testing.junit.SimulatedTest;
import io.anyio.thread.ToThread;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Thread-locals of other libraries follow the tasks, in bridges as a user would write them. */
class ContextPropagationTest {

    /** As the MDC of a logging library. */
    private static final ThreadLocal<@Nullable Map<String, String>> MDC = new ThreadLocal<>();

    private static final ScopedValue<String> USER = ScopedValue.newInstance();

    private static final class MdcPropagator implements ContextPropagator {
        @Override
        public <T extends @Nullable Object> Callable<T> wrap(Callable<T> code) {
            Map<String, String> fields = MDC.get();
            return () -> {
                MDC.set(fields);
                try {
                    return code.call();
                } finally {
                    MDC.remove();
                }
            };
        }
    }

    private static final class UserPropagator implements ContextPropagator {
        @Override
        public <T extends @Nullable Object> Callable<T> wrap(Callable<T> code) {
            if (!USER.isBound()) {
                return code;
            }
            String user = USER.get();
            return () -> ScopedValue.where(USER, user).call(code::call);
        }
    }

    private final ContextPropagator mdc = new MdcPropagator();
    private final ContextPropagator user = new UserPropagator();

    @BeforeEach
    void register() {
        ContextPropagation.register(mdc);
        ContextPropagation.register(user);
    }

    @AfterEach
    void unregister() {
        ContextPropagation.unregister(mdc);
        ContextPropagation.unregister(user);
        MDC.remove();
    }

    @SimulatedTest
    void aTaskBeginsWithWhatItsStarterHadAtThatMoment() {
        MDC.set(Map.of("request", "1"));
        String[] seen = new String[3];
        TaskGroup.run(group -> {
            group.startSoon(() -> {
                seen[0] = String.valueOf(MDC.get());
                MDC.set(Map.of("request", "changed by the task"));
                AnyIO.checkpoint();
                seen[1] = String.valueOf(MDC.get());
            });
            MDC.set(Map.of("request", "2"));
            group.startSoon(() -> TaskGroup.run(inner -> inner.startSoon(() -> {
                seen[2] = String.valueOf(MDC.get());
            })));
            AnyIO.awaitAllTasksBlocked();
            assertThat(MDC.get()).isEqualTo(Map.of("request", "2"));
        });
        assertThat(seen).containsExactly("{request=1}", "{request=changed by the task}", "{request=2}");
    }

    @Test
    void theFirstTaskBeginsWithWhatTheCallerOfRunHad() {
        MDC.set(Map.of("request", "outer"));
        AnyIO.run(() -> assertThat(MDC.get()).isEqualTo(Map.of("request", "outer")), "simulation");
    }

    @SimulatedTest
    void aWorkerThreadHasItForTheCallAndForgetsIt() {
        MDC.set(Map.of("request", "1"));
        String seen = ToThread.run(() -> String.valueOf(MDC.get()));
        assertThat(seen).isEqualTo("{request=1}");
        ContextPropagation.unregister(mdc);
        for (int i = 0; i < 5; i++) {
            assertThat(ToThread.<@Nullable Object, RuntimeException>run(MDC::get))
                    .isNull();
        }
    }

    @SimulatedTest
    void aCarrierIsAskedOnceForEachTaskByTheThreadThatStartsIt() {
        List<Thread> asked = new ArrayList<>();
        ContextPropagator counting = new ContextPropagator() {
            @Override
            public <T extends @Nullable Object> Callable<T> wrap(Callable<T> code) {
                asked.add(Thread.currentThread());
                return code;
            }
        };
        Thread starter = Thread.currentThread();
        ContextPropagation.register(counting);
        try {
            TaskGroup.run(group -> {
                group.startSoon(() -> {});
                group.startSoon(TaskOptions.DEFAULTS.withSpread(true), () -> 1);
                group.<@Nullable Void>start(status -> status.started(null));
                ToThread.run(() -> 2);
            });
            assertThat(asked).containsExactly(starter, starter, starter, starter);
        } finally {
            ContextPropagation.unregister(counting);
        }
    }

    @SimulatedTest
    void theFirstPropagatorIsTheOutermost() {
        List<String> seen = new ArrayList<>();
        ContextPropagator first = noting("first", seen);
        ContextPropagator second = noting("second", seen);
        ContextPropagation.register(first);
        ContextPropagation.register(second);
        try {
            TaskGroup.run(group -> group.startSoon(() -> seen.add("code")));
        } finally {
            ContextPropagation.unregister(first);
            ContextPropagation.unregister(second);
        }
        assertThat(seen).containsExactly("first", "second", "code", "after second", "after first");
    }

    private static ContextPropagator noting(String name, List<String> seen) {
        return new ContextPropagator() {
            @Override
            public <T extends @Nullable Object> Callable<T> wrap(Callable<T> code) {
                return () -> {
                    seen.add(name);
                    try {
                        return code.call();
                    } finally {
                        seen.add("after " + name);
                    }
                };
            }
        };
    }

    /** More often than there are workers: each would keep its place. */
    @SimulatedTest
    void aCarrierThatFailsStartsNothingAndKeepsNoWorker() {
        ContextPropagator failing = new ContextPropagator() {
            @Override
            public <T extends @Nullable Object> Callable<T> wrap(Callable<T> code) {
                throw new IllegalStateException("expected");
            }
        };
        ContextPropagation.register(failing);
        try {
            TaskGroup.run(group -> {
                for (int i = 0; i < 50; i++) {
                    assertThatThrownBy(() -> ToThread.run(() -> 1)).hasMessage("expected");
                }
                assertThatThrownBy(() -> group.startSoon(() -> {})).hasMessage("expected");
            });
        } finally {
            ContextPropagation.unregister(failing);
        }
        assertThat(ToThread.<Integer, RuntimeException>run(() -> 1)).isEqualTo(1);
    }

    @SimulatedTest
    void aWorkerHasTheContextClassLoaderOfTheTask() throws IOException {
        Thread current = Thread.currentThread();
        ClassLoader before = current.getContextClassLoader();
        try (var own = new URLClassLoader(new URL[0])) {
            current.setContextClassLoader(own);
            ClassLoader seen = ToThread.run(() -> Thread.currentThread().getContextClassLoader());
            assertThat(seen).isSameAs(own);
        } finally {
            current.setContextClassLoader(before);
        }
        assertThat(ToThread.<ClassLoader, RuntimeException>run(
                        () -> Thread.currentThread().getContextClassLoader()))
                .isSameAs(before);
    }

    /** On the portable carrier tasks do not inherit bindings of themselves; this is the way that holds on both. */
    @SimulatedTest
    void scopedValuesCanBeCarriedOnBothCarriers() {
        String[] seen = {"", ""};
        TaskGroup.run(group -> {
            ScopedValue.where(USER, "ada")
                    .run(() -> group.startSoon(() -> {
                        seen[0] = USER.orElse("unbound");
                    }));
            group.startSoon(() -> {
                seen[1] = USER.orElse("unbound");
            });
        });
        assertThat(seen).containsExactly("ada", "unbound");
    }

    @SimulatedTest
    void failuresOfTheCodeComeThroughAsTheyAre() {
        var failure = new IOException("expected");
        assertThatThrownBy(() -> TaskGroup.run(group -> group.startSoon(() -> {
                    throw failure;
                })))
                .isInstanceOf(ExceptionGroup.class)
                .satisfies(thrown ->
                        assertThat(((ExceptionGroup) thrown).exceptions()).containsExactly(failure));
        CancelScope.open(scope -> TaskGroup.run(group -> {
            group.startSoon(AnyIO::sleepForever);
            AnyIO.awaitAllTasksBlocked();
            scope.cancel();
        }));
    }

    @Test
    void withoutCarriersCodeIsLeftAsItIs() {
        unregister();
        ValueBlock<String, RuntimeException> code = () -> "value";
        assertThat(ContextPropagation.wrap(code)).isSameAs(code);
        register();
        assertThat(ContextPropagation.wrap(code)).isNotSameAs(code);
        assertThat(ContextPropagation.wrap(code).call()).isEqualTo("value");
    }
}
