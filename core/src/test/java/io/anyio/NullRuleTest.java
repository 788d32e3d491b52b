package io.anyio;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.arch.Packages;
import io.anyio.diagnostics.WatchdogEvent;
import io.anyio.jdk.JdkBackendProvider;
import io.anyio.jdk.JdkOptions;
import io.anyio.jdk.JdkRuntime;
import io.anyio.lowlevel.OpenResources;
import io.anyio.lowlevel.RunVar;
import io.anyio.lowlevel.SendQueue;
import io.anyio.lowlevel.SingleWaiter;
import io.anyio.lowlevel.Suspension;
import io.anyio.lowlevel.ThreadCall;
import io.anyio.lowlevel.WaitQueue;
import io.anyio.resource.ResourceGuard;
import io.anyio.select.SelectClause;
import io.anyio.spi.BackendOptions;
import io.anyio.spi.BytesToSend;
import io.anyio.spi.Carrier;
import io.anyio.spi.LoopAction;
import io.anyio.spi.LoopActionQueue;
import io.anyio.spi.SendBufferPool;
import io.anyio.stream.MemoryObjectStream;
import io.anyio.stream.MemoryReceiveStream;
import io.anyio.stream.MemorySendStream;
import io.anyio.sync.CapacityLimiter;
import io.anyio.sync.Condition;
import io.anyio.sync.Deferred;
import io.anyio.sync.Event;
import io.anyio.sync.Lock;
import io.anyio.sync.LockStatistics;
import io.anyio.sync.Semaphore;
import io.anyio.task.AsCompleted;
import io.anyio.task.MapOptions;
import io.anyio.task.Tasks;
import io.anyio.testing.BackendContract;
import io.anyio.testing.ByteStreamContract;
import io.anyio.testing.ContractCheck;
import io.anyio.testing.ListenerContract;
import io.anyio.testing.ObjectStreamContract;
import io.anyio.testing.Simulation;
import io.anyio.testing.SimulationProvider;
import io.anyio.testing.Trail;
import io.anyio.thread.BlockingPortal;
import io.anyio.thread.BlockingPortalProvider;
import io.anyio.thread.HeldResource;
import io.anyio.thread.ToThreadOptions;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.lang.reflect.TypeVariable;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The null rule: {@code null} where it is not declared throws {@link NullPointerException}, in every public method and
 * constructor, for each parameter by itself.
 */
@Tag("once")
class NullRuleTest {
    private static final JdkRuntime RUNTIME = JdkRuntime.open();
    private static final SendBufferPool<ByteBuffer> BUFFERS = SendBufferPool.create(ByteBuffer::duplicate);
    private static final LoopActionQueue LOOP = LoopActionQueue.create(Runnable::run, () -> false);
    private static final BlockingPortal PORTAL = BlockingPortal.start(JdkOptions.DEFAULTS);
    private static final Path SOURCES = Path.of("src/main/java");
    private static final Set<String> EXCEPTED = Set.of("spi", "net"); // backends implement the one, and serve the other

    /** An action without code. */
    private static final class Idle implements LoopAction.Handler {
        @Override
        public void run() {}

        @Override
        public void failed(Throwable cause) {}

        @Override
        public void loopEnded() {}
    }

    @AfterAll
    static void close() {
        RUNTIME.close();
        PORTAL.stop(true); // resources are held
        PORTAL.close();
    }

    /** One parameter of one method or constructor, which gets null. */
    record Place(Executable target, int number) {

        @Override
        public String toString() {
            return target.toGenericString().replaceAll("[a-z]+\\.([a-z]+\\.)*", "") + " #" + number;
        }
    }

    static Stream<Place> places() throws IOException {
        List<Class<?>> types = new ArrayList<>();
        for (String name : Packages.exported()) {
            if (EXCEPTED.contains(name)) {
                continue;
            }
            try (Stream<Path> files = Files.list(SOURCES.resolve("io/anyio").resolve(name.replace('.', '/')))) {
                files.map(file -> SOURCES.relativize(file).toString())
                        .filter(file -> file.endsWith(".java") && !file.endsWith("package-info.java"))
                        .sorted()
                        .map(file -> type(file.substring(0, file.length() - ".java".length())))
                        .forEach(type -> addWithNested(type, types));
            }
        }
        return types.stream()
                .flatMap(type ->
                        Stream.concat(Arrays.stream(type.getDeclaredConstructors()), Arrays.stream(type.getMethods())))
                .filter(NullRuleTest::isOurs)
                .flatMap(target -> places(target).stream())
                .distinct();
    }

    private static Class<?> type(String path) {
        try {
            return Class.forName(path.replace('/', '.'));
        } catch (ClassNotFoundException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static void addWithNested(Class<?> type, List<Class<?>> types) {
        if (Modifier.isPublic(type.getModifiers())) {
            types.add(type);
            for (Class<?> nested : type.getDeclaredClasses()) {
                addWithNested(nested, types);
            }
        }
    }

    /** Public, with code of ours, and no override of a method for which null is declared elsewhere. */
    private static boolean isOurs(Executable target) {
        return Modifier.isPublic(target.getModifiers())
                && !Modifier.isAbstract(target.getModifiers())
                && !target.isSynthetic()
                && target.getDeclaringClass().getName().startsWith("io.anyio")
                && !target.getName().equals("equals")
                && !target.getDeclaringClass().getName().endsWith("Extension"); // called by JUnit only
    }

    private static List<Place> places(Executable target) {
        List<Place> places = new ArrayList<>();
        for (int i = 0; i < target.getParameterCount(); i++) {
            if (!target.getParameterTypes()[i].isPrimitive()
                    && !(target.getGenericParameterTypes()[i] instanceof TypeVariable)
                    && !target.getAnnotatedParameterTypes()[i].isAnnotationPresent(Nullable.class)) {
                places.add(new Place(target, i));
            }
        }
        return places;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("places")
    void nullIsRefused(Place place) {
        var thrown = new Throwable[1];
        Simulation.DEFAULTS.run(() -> {
            var scope = CancelScope.create();
            TaskGroup.run(group -> {
                thrown[0] = call(place, new Samples(group, scope));
                group.cancel();
            });
        });
        assertThat(thrown[0]).as(place.toString()).isInstanceOf(NullPointerException.class);
    }

    /** What the call throws, or null. */
    private static @Nullable Throwable call(Place place, Samples samples) throws ReflectiveOperationException {
        Executable target = place.target();
        Object[] arguments = new Object[target.getParameterCount()];
        for (int i = 0; i < arguments.length; i++) {
            if (i != place.number()) {
                arguments[i] = samples.of(target.getParameterTypes()[i]);
            }
        }
        target.setAccessible(true); // some are inherited from a class that is not public itself
        try {
            switch (target) {
                case Constructor<?> made -> made.newInstance(arguments);
                case Method method when Modifier.isStatic(method.getModifiers()) -> method.invoke(null, arguments);
                case Method method -> method.invoke(samples.of(method.getDeclaringClass()), arguments);
            }
            return null;
        } catch (InvocationTargetException e) {
            return e.getCause();
        }
    }

    /** Something of each type, for the other parameters and to call a method of. */
    private static final class Samples {
        private final Map<Class<?>, Supplier<Object>> known = new HashMap<>();

        Samples(TaskGroup group, CancelScope scope) {
            var items = MemoryObjectStream.<String>create(1);
            known.put(int.class, () -> 1);
            known.put(long.class, () -> 1L);
            known.put(boolean.class, () -> true);
            known.put(String.class, () -> "text");
            known.put(Object.class, () -> "object");
            known.put(Class.class, () -> IllegalStateException.class);
            known.put(Duration.class, () -> Duration.ofMillis(1));
            known.put(Optional.class, Optional::empty);
            known.put(List.class, List::of);
            known.put(Collection.class, List::of);
            known.put(Iterable.class, List::of);
            known.put(Map.class, Map::of);
            known.put(Throwable.class, IllegalStateException::new);
            known.put(BackendOptions.class, () -> Simulation.DEFAULTS);
            known.put(JdkOptions.class, () -> JdkOptions.DEFAULTS);
            known.put(JdkBackendProvider.class, JdkBackendProvider::new);
            known.put(JdkRuntime.class, () -> RUNTIME);
            known.put(SendBufferPool.class, () -> BUFFERS);
            known.put(BytesToSend.class, BytesToSend::create);
            known.put(LoopAction.class, () -> LOOP.action(new Idle()));
            known.put(SendQueue.class, () -> SendQueue.create(BUFFERS, LOOP.action(new Idle()), _ -> false, false));
            known.put(Simulation.class, () -> Simulation.DEFAULTS);
            known.put(SimulationProvider.class, SimulationProvider::new);
            known.put(Trail.class, Trail::new);
            known.put(OpenResources.class, OpenResources::create);
            known.put(ByteStreamContract.class, () -> ByteStreamContract.oneWay(() -> null));
            known.put(ObjectStreamContract.class, () -> ObjectStreamContract.oneWay(() -> null, number -> number));
            known.put(ListenerContract.class, () -> ListenerContract.of(() -> null));
            known.put(BackendContract.class, () -> BackendContract.of(Simulation.DEFAULTS));
            known.put(
                    ContractCheck.class,
                    () -> BackendContract.of(Simulation.DEFAULTS)
                            .checks()
                            .findFirst()
                            .orElseThrow());
            known.put(Carrier.class, () -> Carrier.PORTABLE);
            known.put(WatchdogEvent.Kind.class, () -> WatchdogEvent.Kind.RESCUE);
            known.put(TaskInfo.State.class, () -> TaskInfo.State.READY);
            known.put(Deadline.class, () -> Deadline.NEVER);
            known.put(TaskOptions.class, () -> TaskOptions.DEFAULTS);
            known.put(MapOptions.class, () -> MapOptions.DEFAULTS);
            known.put(TaskGroup.class, () -> group);
            known.put(CancelScope.class, () -> scope);
            known.put(TaskHandle.class, () -> group.startSoon(() -> {}));
            known.put(ContextVar.class, () -> ContextVar.create("variable"));
            known.put(TaskContext.class, TaskContext::create);
            known.put(RunVar.class, () -> RunVar.create("variable"));
            known.put(Failures.class, () -> Failures.catching(NullPointerException.class, _ -> {}));
            known.put(FailureGroup.class, () -> new ExceptionGroup("group", List.of(new IllegalStateException())));
            known.put(AttachedRun.class, () -> AttachedRun.open(Simulation.DEFAULTS.open()));
            known.put(WaitQueue.class, WaitQueue::create);
            known.put(SingleWaiter.class, () -> SingleWaiter.create(_ -> false));
            known.put(Suspension.class, () -> Suspension.create("wait"));
            known.put(SelectClause.class, () -> Event.create().onSet());
            known.put(Lock.class, Lock::create);
            known.put(LockStatistics.class, () -> Lock.create().statistics());
            known.put(Condition.class, Condition::create);
            known.put(CapacityLimiter.class, () -> CapacityLimiter.create(1));
            known.put(Semaphore.class, () -> Semaphore.create(1));
            known.put(Deferred.class, Deferred::create);
            known.put(ResourceGuard.class, ResourceGuard::create);
            known.put(MemorySendStream.class, items::sender);
            known.put(MemoryReceiveStream.class, items::receiver);
            known.put(AsCompleted.class, () -> Tasks.asCompleted(() -> 1));
            known.put(Lock.class.getSuperclass(), Lock::create);
            known.put(EventLoopToken.class, AnyIO::currentToken);
            known.put(ThreadCall.class, () -> ThreadCall.make("call", true, call -> call));
            known.put(ToThreadOptions.class, () -> ToThreadOptions.DEFAULTS);
            known.put(CompletableFuture.class, CompletableFuture::new);
            known.put(BlockingPortal.class, () -> PORTAL);
            known.put(BlockingPortalProvider.class, () -> BlockingPortalProvider.create(JdkOptions.DEFAULTS));
            known.put(HeldResource.class, () -> PORTAL.open(holder -> holder.hold("value")));
        }

        Object of(Class<?> type) {
            Supplier<Object> sample = known.get(type);
            if (sample != null) {
                return sample.get();
            }
            assertThat(type.isInterface()).as("a sample of %s", type).isTrue();
            return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (_, _, _) -> null);
        }
    }
}
