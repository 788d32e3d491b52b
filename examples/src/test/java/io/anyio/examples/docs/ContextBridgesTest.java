package io.anyio.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.AnyIO;
import io.anyio.ContextPropagation;
import io.anyio.TaskGroup;
import io.anyio.ValueBlock;
import io.anyio.netty.NettyRuntime;
import io.anyio.spi.ContextPropagator;
import io.anyio.thread.BlockingPortal;
import io.anyio.thread.FromThread;
import io.anyio.thread.ToThread;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.context.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.MDC;

/** The bridges of docs/observability.md, with Logback's MDC and OpenTelemetry's context. */
class ContextBridgesTest {
    private static final String KEY = "request";

    /** A library that keeps context with the thread. */
    enum Library {
        MDC_OF_SLF4J {
            @Override
            ContextPropagator bridge() {
                return new Observability.MdcPropagator();
            }

            @Override
            @Nullable
            String present() {
                return MDC.get(KEY);
            }

            @Override
            <T> T with(String value, Function<String, T> code) {
                String before = MDC.get(KEY);
                MDC.put(KEY, value);
                try {
                    return code.apply(value);
                } finally {
                    MDC.put(KEY, before);
                }
            }
        },
        OPEN_TELEMETRY {
            @Override
            ContextPropagator bridge() {
                return new Observability.OpenTelemetryPropagator();
            }

            @Override
            @Nullable
            String present() {
                return Baggage.current().getEntryValue(KEY);
            }

            @Override
            <T> T with(String value, Function<String, T> code) {
                try (Scope _ = Baggage.builder().put(KEY, value).build().makeCurrent()) {
                    return code.apply(value);
                }
            }
        };

        abstract ContextPropagator bridge();

        abstract @Nullable String present();

        abstract <T> T with(String value, Function<String, T> code);
    }

    private @Nullable ContextPropagator registered;

    private void register(Library library) {
        ContextPropagator bridge = library.bridge();
        registered = bridge;
        ContextPropagation.register(bridge);
    }

    @AfterEach
    void unregister() {
        if (registered != null) {
            ContextPropagation.unregister(registered);
        }
    }

    /** Runs code on a worker thread. */
    private static <T extends @Nullable Object> T onWorker(ValueBlock<T, RuntimeException> code) {
        return ToThread.run(code);
    }

    @ParameterizedTest
    @EnumSource
    void withoutABridgeATaskDoesNotHaveIt(Library library) {
        List<@Nullable String> seen = new ArrayList<>();
        library.with("42", _ -> {
            AnyIO.run(() -> seen.add(library.present()));
            return seen;
        });
        assertThat(seen).containsExactly((String) null);
    }

    @ParameterizedTest
    @EnumSource
    void theFirstTaskAndEachStartedTaskHaveIt(Library library) {
        register(library);
        List<@Nullable String> seen = new ArrayList<>();
        library.with("42", _ -> {
            AnyIO.run(() -> {
                seen.add(library.present());
                TaskGroup.run(group -> {
                    group.startSoon(() -> seen.add(library.present()));
                    library.with(
                            "43",
                            _ -> group.startSoon(() -> {
                                AnyIO.checkpoint(); // the starter has left its own context meanwhile
                                seen.add(library.present());
                            }));
                });
                seen.add(library.present());
            });
            return seen;
        });
        assertThat(seen).containsExactly("42", "42", "43", "42");
        assertThat(library.present()).isNull();
    }

    @ParameterizedTest
    @EnumSource
    void aWorkerThreadHasItForOneCall(Library library) {
        register(library);
        List<@Nullable String> seen = new ArrayList<>();
        AnyIO.run(() -> {
            library.with("42", _ -> seen.add(onWorker(library::present)));
            seen.add(onWorker(library::present)); // the same thread, most likely
        });
        assertThat(seen).containsExactly("42", null);
    }

    @ParameterizedTest
    @EnumSource
    void aCallBackToTheLoopHasThatOfTheWorkerThread(Library library) {
        register(library);
        List<@Nullable String> seen = new ArrayList<>();
        AnyIO.run(() -> ToThread.run(() -> {
            library.with("42", _ -> FromThread.run(() -> seen.add(library.present())));
            FromThread.run(() -> seen.add(library.present()));
        }));
        assertThat(seen).containsExactly("42", null);
    }

    @ParameterizedTest
    @EnumSource
    void aCallThroughAPortalHasThatOfItsCaller(Library library) {
        register(library);
        List<@Nullable String> seen = new ArrayList<>();
        try (BlockingPortal portal = BlockingPortal.start()) {
            library.with("42", _ -> portal.call(() -> seen.add(library.present())));
            library.with(
                    "43",
                    _ -> portal.startSoon(() -> seen.add(library.present())).join());
            portal.call(() -> seen.add(library.present()));
        }
        assertThat(seen).containsExactly("42", "43", null);
    }

    @ParameterizedTest
    @EnumSource
    void aStartOnAnAttachedRuntimeHasItFromItsCaller(Library library) throws Exception {
        register(library);
        try (var loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
                var runtime = NettyRuntime.attach(loops)) {
            var first = library.with("42", _ -> runtime.start(library::present));
            var second = library.with("43", _ -> runtime.start(() -> onWorker(library::present)));
            assertThat(List.of(first.join(), second.join())).containsExactly("42", "43");
            assertThat(runtime.start(library::present).join()).isNull();
        }
    }
}
