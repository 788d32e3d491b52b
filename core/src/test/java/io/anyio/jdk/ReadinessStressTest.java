package io.anyio.jdk;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.AnyIO;
import io.anyio.Timeouts;
import io.anyio.lowlevel.CurrentNetwork;
import io.anyio.spi.Carrier;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Reports of a loop and a task that consumes at once never lose an item, whichever of them is faster. */
class ReadinessStressTest {
    private static final int ITEMS = 200_000;

    private static void turn(ReadinessSource source, SelectorLoop loop) {
        if (source.turn()) {
            loop.execute(() -> turn(source, loop));
        }
    }

    @Test
    void noReportIsLost() throws Exception {
        AnyIO.run(
                () -> {
                    SelectorLoop loop = ((JdkNetwork) CurrentNetwork.get("test"))
                            .loops()
                            .getFirst()
                            .loop();
                    var known = new AtomicReference<ReadinessSource>();
                    var source = new ReadinessSource(
                            action -> loop.execute(
                                    () -> { // after an action the selector looks at the channel
                                        action.run();
                                        turn(known.get(), loop);
                                    }),
                            loop::isThread);
                    known.set(source);
                    Thread producer = Thread.ofPlatform().daemon().start(() -> {
                        for (int i = 0; i < ITEMS; i++) {
                            source.add();
                            loop.execute(() -> turn(source, loop));
                        }
                    });
                    int total = 0;
                    while (total < ITEMS) {
                        total += Timeouts.failAfter(Duration.ofSeconds(20), source::consume);
                    }
                    assertThat(total).isEqualTo(ITEMS);
                    producer.join();
                },
                JdkOptions.DEFAULTS.withCarrier(Carrier.PORTABLE)); // where the task and the loop are two threads
    }
}
