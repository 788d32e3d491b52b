package io.anyio.testsuite.guarantees;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.AnyIO;
import io.anyio.Block;
import io.anyio.TaskGroup;
import io.anyio.stream.MemoryObjectStream;
import io.anyio.sync.Event;
import io.anyio.testsuite.BackendUnderTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests of many tasks that wait for the first time in their JVM, and are woken together. */
class FirstWakeUpTest extends GuaranteeTestBase {
    private static final int TASKS = 30_000;

    /** The event that the tasks wait for. */
    enum Wait {
        FOREVER,
        AN_HOUR,
        AN_EVENT,
        THE_END_OF_A_STREAM
    }

    @ParameterizedTest
    @EnumSource
    void tasksWokenForTheFirstTimeAreNotDeoptimizedOneByOne(Wait wait) throws Exception {
        try (var program = new JvmProcess(Sleepers.class, List.of(), wait.name())) {
            List<String> counts = program.allSaid();
            assertThat(counts).hasSize(1);
            assertThat(Integer.parseInt(counts.get(0)))
                    .as("deoptimizations while %d tasks were woken", TASKS)
                    .isLessThan(TASKS / 10);
        }
    }

    /** Lets tasks wait, wakes them all, and prints how often the JVM deoptimized code meanwhile. */
    static final class Sleepers {
        private Sleepers() {}

        public static void main(String[] arguments) throws Exception {
            var wait = Wait.valueOf(arguments[0]);
            try (var recording = new Recording()) {
                recording.enable("jdk.Deoptimization").withoutStackTrace();
                AnyIO.run(
                        () -> sleepAndWake(wait, recording),
                        BackendUnderTest.get().options());
                recording.stop();
                Path file = Files.createTempFile("first-wake-up", ".jfr");
                try {
                    recording.dump(file);
                    JvmProcess.say(RecordingFile.readAllEvents(file).size());
                } finally {
                    Files.delete(file);
                }
            }
        }

        private static void sleepAndWake(Wait wait, Recording recording) {
            var event = Event.create();
            MemoryObjectStream<String> stream = MemoryObjectStream.rendezvous();
            Block<RuntimeException> sleeper = switch (wait) {
                case FOREVER -> AnyIO::sleepForever;
                case AN_HOUR -> () -> AnyIO.sleep(Duration.ofHours(1));
                case AN_EVENT -> event::await;
                case THE_END_OF_A_STREAM -> () -> stream.receiver().forEach(_ -> {});
            };
            TaskGroup.run(group -> {
                for (int i = 0; i < TASKS; i++) {
                    group.startSoon(sleeper);
                }
                AnyIO.awaitAllTasksBlocked();
                recording.start();
                event.set();
                stream.sender().close();
                if (wait == Wait.FOREVER || wait == Wait.AN_HOUR) {
                    group.cancel();
                }
            });
        }
    }
}
