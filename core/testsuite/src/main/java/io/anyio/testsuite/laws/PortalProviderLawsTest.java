package io.anyio.testsuite.laws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anyio.AnyIO;
import io.anyio.RunInfo;
import io.anyio.spi.BackendOptions;
import io.anyio.sync.Event;
import io.anyio.thread.BlockingPortal;
import io.anyio.thread.BlockingPortalProvider;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests of the provider of portals that threads share. */
class PortalProviderLawsTest {
    private static final String BACKENDS = "io.anyio.testsuite.Transport#optionsAndSimulation";

    @ParameterizedTest
    @MethodSource(BACKENDS)
    @Law({192})
    @Ported({"TT::TestBlockingPortalProvider::test_single_thread"})
    void thereIsANewPortalAfterTheLastLease(BackendOptions options) {
        var provider = BlockingPortalProvider.create(options);
        Set<BlockingPortal> portals = new HashSet<>();
        for (int i = 0; i < 3; i++) {
            var lease = provider.acquire();
            portals.add(lease.portal());
            lease.portal().call(() -> AnyIO.checkpoint());
            lease.close();
            lease.close();
            assertThatThrownBy(() -> lease.portal().call(() -> 1)).hasMessageContaining("not running");
        }
        assertThat(portals).hasSize(3);
    }

    @ParameterizedTest
    @MethodSource(BACKENDS)
    @Law({192})
    @Ported({"TT::TestBlockingPortalProvider::test_single_thread_overlapping"})
    void leasesThatOverlapShareAPortal(BackendOptions options) {
        var provider = BlockingPortalProvider.create(options);
        try (var outer = provider.acquire()) {
            try (var inner = provider.acquire()) {
                assertThat(inner.portal()).isSameAs(outer.portal());
                inner.portal().call(() -> AnyIO.checkpoint());
            }
            outer.portal().call(() -> AnyIO.checkpoint());
        }
    }

    @ParameterizedTest
    @MethodSource(BACKENDS)
    @Law({192})
    @Ported({"TT::TestBlockingPortalProvider::test_multiple_threads"})
    void threadsShareAPortal(BackendOptions options) throws Exception {
        var provider = BlockingPortalProvider.create(options);
        Set<RunInfo> runs = ConcurrentHashMap.newKeySet();
        Set<BlockingPortal> portals = ConcurrentHashMap.newKeySet();
        var event = Event.create();
        var all = new CountDownLatch(3);
        try (var threads = Executors.newFixedThreadPool(3);
                var own = provider.acquire()) {
            for (int i = 0; i < 3; i++) {
                threads.execute(() -> {
                    try (var lease = provider.acquire()) {
                        portals.add(lease.portal());
                        all.countDown();
                        runs.add(lease.portal().call(() -> {
                            event.await();
                            return AnyIO.currentRun();
                        }));
                    }
                });
            }
            all.await();
            own.portal().call(() -> event.set());
        }
        assertThat(portals).hasSize(1);
        assertThat(runs).hasSize(1);
    }
}
