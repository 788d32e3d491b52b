package io.anyio.testsuite.guarantees;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.AnyIO;
import io.anyio.Block;
import io.anyio.TaskGroup;
import io.anyio.spi.BackendOptions;
import io.anyio.testing.Simulation;
import io.anyio.testsuite.BackendUnderTest;
import io.anyio.testsuite.Transport;
import io.anyio.thread.ToThread;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests under hosts whose threads have class loaders and thread-locals that the library must not retain. */
class LoadersTest {
    private static final InheritableThreadLocal<Object> INHERITABLE = new InheritableThreadLocal<>();

    static Stream<String> backends() {
        return Stream.concat(
                Stream.of("simulation"), GuaranteeTestBase.transports().map(Transport::label));
    }

    private static BackendOptions optionsOf(String backend) {
        return backend.equals("simulation") ? Simulation.DEFAULTS : new Transport(backend).options();
    }

    private static void run(String backend, Block<?> main) throws Exception {
        AnyIO.run(
                () -> {
                    main.run();
                    return null;
                },
                optionsOf(backend));
    }

    /** Runs tasks, and creates a worker thread, on the backend of this name. */
    static final class Busy implements UnaryOperator<String> {
        @Override
        public String apply(String backend) {
            try {
                run(
                        backend,
                        () -> TaskGroup.run(group -> {
                            group.startSoon(() -> ToThread.run(() -> null));
                            group.startSoon(() -> AnyIO.checkpoint());
                        }));
                return AnyIO.class.getClassLoader().getName();
            } catch (Exception failure) {
                throw new IllegalStateException(failure);
            }
        }
    }

    /** A run that counts the latch down to one at its start and lasts until zero. */
    static final class Lasting implements UnaryOperator<CountDownLatch> {
        @Override
        public CountDownLatch apply(CountDownLatch latch) {
            try {
                run(
                        Transport.first().label(),
                        () -> ToThread.run(() -> {
                            latch.countDown();
                            latch.await();
                            return null;
                        }));
                return latch;
            } catch (Exception failure) {
                throw new IllegalStateException(failure);
            }
        }
    }

    /** Returns the name of the backend in use. */
    static final class Named implements UnaryOperator<String> {
        @Override
        public String apply(String backend) {
            var name = new String[1];
            AnyIO.run(() -> name[0] = AnyIO.currentRun().backend(), backend);
            return name[0];
        }
    }

    /** Returns the result of the code on a thread with this context class loader. */
    private static <T> T on(@Nullable ClassLoader context, Callable<T> code) throws Exception {
        var task = new FutureTask<>(code);
        Thread thread = Thread.ofPlatform().daemon().unstarted(task);
        thread.setContextClassLoader(context);
        thread.start();
        T value = task.get(60, TimeUnit.SECONDS);
        thread.join();
        return value;
    }

    private static void awaitCollected(WeakReference<?> reference) throws InterruptedException {
        for (int i = 0; i < 200 && reference.get() != null; i++) {
            System.gc();
            new CountDownLatch(1).await(50, TimeUnit.MILLISECONDS);
        }
        assertThat(reference.get()).isNull();
    }

    /** References to the loader and the inheritable thread-local of a caller that has gone. */
    private record Traces(WeakReference<ClassLoader> loader, WeakReference<Object> inheritable) {}

    private static Traces call(UnaryOperator<String> program, String backend) throws Exception {
        var loader =
                new URLClassLoader("application", new URL[0], program.getClass().getClassLoader());
        return on(loader, () -> {
            var value = new Object();
            INHERITABLE.set(value);
            try {
                var _ = program.apply(backend);
            } finally {
                INHERITABLE.remove();
            }
            return new Traces(new WeakReference<>(loader), new WeakReference<>(value));
        });
    }

    @ParameterizedTest
    @MethodSource("backends")
    @SuppressWarnings("unchecked")
    void whatTheFirstCallerHadIsNotKeptWhileTheLibraryGoesOn(String backend) throws Exception {
        try (IsolatedLoader library = IsolatedLoader.library()) {
            UnaryOperator<String> busy = library.make(Busy.class, UnaryOperator.class);
            Traces traces = call(busy, backend);
            var lasting = new CountDownLatch(2);
            UnaryOperator<CountDownLatch> lasts = library.make(Lasting.class, UnaryOperator.class);
            var other = new FutureTask<>(() -> lasts.apply(lasting));
            Thread thread = Thread.ofPlatform().daemon().unstarted(other);
            thread.setContextClassLoader(library);
            thread.start();
            while (lasting.getCount() == 2 && !other.isDone()) {
                Thread.onSpinWait();
            }
            awaitCollected(traces.loader());
            awaitCollected(traces.inheritable());
            lasting.countDown();
            other.get(60, TimeUnit.SECONDS);
        }
    }

    private static WeakReference<ClassLoader> runOnce(String backend) throws Exception {
        try (IsolatedLoader library = IsolatedLoader.library()) {
            @SuppressWarnings("unchecked")
            UnaryOperator<String> busy = library.make(Busy.class, UnaryOperator.class);
            assertThat(on(library, () -> busy.apply(backend))).isEqualTo("isolated");
            return new WeakReference<>(library);
        }
    }

    /** With another backend the result depends on what its libraries retain. */
    @Test
    void theLibraryItselfIsCollectedWhenItsRunsHaveEnded() throws Exception {
        awaitCollected(runOnce("simulation"));
    }

    @Test
    @SuppressWarnings("unchecked")
    void backendsAreFoundWhereTheContextClassLoaderDoesNotKnowTheLibrary() throws Exception {
        ClassLoader[] contexts = {null, ClassLoader.getPlatformClassLoader(), LoadersTest.class.getClassLoader()};
        String name = BackendUnderTest.get().name();
        try (IsolatedLoader library = IsolatedLoader.library()) {
            UnaryOperator<String> named = library.make(Named.class, UnaryOperator.class);
            for (ClassLoader context : contexts) { // the last one has another copy of the library
                assertThat(on(context, () -> named.apply(name))).isEqualTo(name);
                assertThat(on(context, () -> named.apply("simulation"))).isEqualTo("simulation");
            }
        }
    }
}
