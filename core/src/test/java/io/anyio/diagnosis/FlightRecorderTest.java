package io.anyio.diagnosis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.anyio.AnyIO;
import io.anyio.Block;
import io.anyio.ExceptionGroup;
import io.anyio.TaskGroup;
import io.anyio.TaskOptions;
import io.anyio.diagnostics.WatchdogListener;
import io.anyio.diagnostics.WatchdogListeners;
import io.anyio.jdk.JdkOptions;
import io.anyio.loom.VirtualThreads;
import io.anyio.spi.BackendOptions;
import io.anyio.spi.Carrier;
import io.anyio.sync.Event;
import io.anyio.testing.Simulation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The events that a run writes to a recording of the Flight Recorder. */
@Tag("once")
class FlightRecorderTest {
    private static final String PROPERTY = "anyio.jfr";
    private static final CountDownLatch ALONE_REPORTED = new CountDownLatch(1);
    private static final CountDownLatch OTHERS_RAN = new CountDownLatch(1);

    @TempDir
    private Path folder;

    /** Records a run and returns the library's events, in the order of their beginnings. */
    private List<RecordedEvent> record(String property, Block<Exception> main, BackendOptions options)
            throws Exception {
        Path file = folder.resolve("run.jfr");
        try (var recording = new Recording()) {
            recording.start();
            run(property, main, options);
            recording.stop();
            recording.dump(file);
        }
        return events(file);
    }

    private static void run(String property, Block<Exception> main, BackendOptions options) throws Exception {
        System.setProperty(PROPERTY, property);
        try {
            AnyIO.run(main, options);
        } finally {
            System.clearProperty(PROPERTY);
        }
    }

    private static List<RecordedEvent> events(Path file) throws IOException {
        return RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().startsWith("io.anyio."))
                .sorted(Comparator.comparing(RecordedEvent::getStartTime))
                .toList();
    }

    private static Stream<RecordedEvent> named(List<RecordedEvent> events, String name) {
        return events.stream().filter(event -> event.getEventType().getName().equals("io.anyio." + name));
    }

    private static RecordedEvent ofTask(List<RecordedEvent> events, String name, String task) {
        return named(events, name)
                .filter(event -> event.getString("taskName").equals(task))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + name + " of " + task + " in " + events));
    }

    private static void story() {
        var gate = Event.create();
        try {
            TaskGroup.run(group -> {
                group.startSoon(TaskOptions.named("waits"), gate::await);
                group.startSoon(TaskOptions.named("sleeps"), () -> AnyIO.sleep(Duration.ofMillis(20)));
                group.startSoon(TaskOptions.named("is cancelled"), AnyIO::sleepForever);
                group.startSoon(TaskOptions.named("fails"), () -> {
                    AnyIO.sleep(Duration.ofMillis(40));
                    gate.set();
                    throw new IllegalStateException("on purpose");
                });
            });
        } catch (ExceptionGroup expected) {
            // the failure of the last task
        }
    }

    @Test
    void aRunReadsAsAStory() throws Exception {
        List<RecordedEvent> events = record("true", FlightRecorderTest::story, JdkOptions.DEFAULTS);
        RecordedEvent main = named(events, "TaskStart").findFirst().orElseThrow();
        assertThat(main.getLong("parentTaskId")).isZero();
        assertThat(main.getThread().getJavaName())
                .isEqualTo(Thread.currentThread().getName());
        RecordedEvent start = ofTask(events, "TaskStart", "sleeps");
        assertThat(start.getLong("parentTaskId")).isEqualTo(main.getLong("taskId"));
        assertThat(start.getThread().getJavaName()).isEqualTo(main.getString("taskName"));

        RecordedEvent sleep = ofTask(events, "TaskSuspension", "sleeps");
        assertThat(sleep.getString("cause")).isEqualTo("sleep");
        assertThat(sleep.getString("outcome")).isEqualTo("resumed");
        assertThat(sleep.getThread().getJavaName()).isEqualTo("sleeps");
        assertThat(sleep.getDuration()).isGreaterThanOrEqualTo(Duration.ofMillis(15));
        assertThat(ofTask(events, "TaskSuspension", "is cancelled").getString("outcome"))
                .isEqualTo("cancelled");

        RecordedEvent end = ofTask(events, "TaskEnd", "sleeps");
        assertThat(end.getString("outcome")).isEqualTo("returned");
        assertThat(end.getDuration()).isGreaterThanOrEqualTo(sleep.getDuration());
        assertThat(end.getLong("taskId")).isEqualTo(start.getLong("taskId"));
        assertThat(ofTask(events, "TaskEnd", "is cancelled").getString("outcome"))
                .isEqualTo("cancelled");
        RecordedEvent failed = ofTask(events, "TaskEnd", "fails");
        assertThat(failed.getString("outcome")).isEqualTo("failed");
        assertThat(failed.getString("failure")).isEqualTo("java.lang.IllegalStateException: on purpose");
        assertThat(named(events, "TaskStart")).hasSize(5);
        assertThat(named(events, "TaskEnd")).hasSize(5); // the first task too, although the run ends with it
    }

    @Test
    void everyEventAndFieldHasALabel() throws Exception {
        for (RecordedEvent event : record("true", FlightRecorderTest::story, Simulation.DEFAULTS)) {
            assertThat(event.getEventType().getLabel()).as("%s", event).isNotBlank();
            assertThat(event.getEventType().getDescription()).as("%s", event).isNotBlank();
            assertThat(event.getEventType().getCategoryNames()).contains("AnyIO");
            assertThat(event.getFields())
                    .allSatisfy(field -> assertThat(field.getLabel())
                            .as(
                                    "%s of %s",
                                    field.getName(), event.getEventType().getName())
                            .isNotBlank());
        }
    }

    @Test
    void withoutThePropertyNothingIsWritten() throws Exception {
        assertThat(record("false", FlightRecorderTest::story, JdkOptions.DEFAULTS))
                .isEmpty();
    }

    @Test
    void anotherValueOfThePropertyIsRefused() {
        assertThatThrownBy(() -> run("yes", FlightRecorderTest::story, JdkOptions.DEFAULTS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("System property anyio.jfr must be true or false, not 'yes'");
    }

    @Test
    void aLentTurnIsWritten() throws Exception {
        var lent = new CountDownLatch(1);
        List<RecordedEvent> events = record(
                "true",
                () -> TaskGroup.run(group -> {
                    group.startSoon(TaskOptions.named("waits"), () -> lent.await());
                    group.startSoon(lent::countDown);
                }),
                JdkOptions.DEFAULTS.withCarrier(Carrier.PORTABLE));
        RecordedEvent event = ofTask(events, "LentTurn", "waits");
        assertThat(event.getString("where")).startsWith(FlightRecorderTest.class.getName());
        assertThat(event.getString("stack")).contains("CountDownLatch.await");
        assertThat(event.getDuration("heldFor")).isPositive();
    }

    @Test
    void aSlowTurnIsWritten() throws Exception {
        var slow = new AtomicBoolean();
        WatchdogListener listener =
                event -> slow.compareAndSet(false, event.taskName().equals("computes"));
        WatchdogListeners.register(listener);
        try {
            List<RecordedEvent> events = record(
                    "true",
                    () -> TaskGroup.run(group -> {
                        group.startSoon(TaskOptions.named("computes"), () -> {
                            while (!slow.get()) {
                                Thread.onSpinWait();
                            }
                        });
                        group.startSoon(() -> {});
                    }),
                    JdkOptions.DEFAULTS.withDebug(true));
            RecordedEvent event = ofTask(events, "SlowTurn", "computes");
            assertThat(event.getDuration("heldFor")).isGreaterThan(Duration.ofMillis(50));
            assertThat(event.getString("where")).startsWith(FlightRecorderTest.class.getName());
        } finally {
            WatchdogListeners.unregister(listener);
        }
    }

    /** A virtual thread that initializes a class is pinned to its carrier. */
    private static final class PinnedAlone {
        static final boolean DONE = waitedFor(ALONE_REPORTED);
    }

    private static final class PinnedBesideOthers {
        static final boolean DONE = waitedFor(OTHERS_RAN);
    }

    private static boolean waitedFor(CountDownLatch latch) {
        try {
            latch.await();
            return true;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aStalledLoopIsWritten() throws Exception {
        assumeTrue(VirtualThreads.whyNot().isEmpty(), "on the portable carrier a task holds no loop's thread");
        WatchdogListener listener = event -> {
            if (event.taskName().equals("pinned alone")) {
                ALONE_REPORTED.countDown();
            }
        };
        WatchdogListeners.register(listener);
        try {
            List<RecordedEvent> events = record(
                    "true",
                    () -> TaskGroup.run(group -> group.startSoon(
                            TaskOptions.named("pinned alone"),
                            () -> assertThat(PinnedAlone.DONE).isTrue())),
                    JdkOptions.DEFAULTS.withCarrier(Carrier.LOOP));
            RecordedEvent event = ofTask(events, "StalledLoop", "pinned alone");
            assertThat(event.getString("where")).startsWith(FlightRecorderTest.class.getName());
            assertThat(event.getDuration("heldFor")).isPositive();
            assertThat(named(events, "Rescue")).isEmpty();
        } finally {
            WatchdogListeners.unregister(listener);
        }
    }

    @Test
    void aRescueIsWrittenWithItsDuration() throws Exception {
        assumeTrue(VirtualThreads.whyNot().isEmpty(), "on the portable carrier a task holds no loop's thread");
        List<RecordedEvent> events = record(
                "true",
                () -> {
                    List<Thread> rescuing = new ArrayList<>();
                    TaskGroup.run(group -> {
                        group.startSoon(
                                TaskOptions.named("pinned"),
                                () -> assertThat(PinnedBesideOthers.DONE).isTrue());
                        group.startSoon(
                                () -> { // runs on the thread of the rescue
                                    rescuing.addAll(threads("anyio-rescue-"));
                                    OTHERS_RAN.countDown();
                                });
                    });
                    assertThat(rescuing).isNotEmpty();
                    joinAll(rescuing); // it starts the writer as its last action
                    joinAll(threads("anyio-jfr"));
                },
                JdkOptions.DEFAULTS.withCarrier(Carrier.LOOP));
        RecordedEvent event = ofTask(events, "Rescue", "pinned");
        assertThat(event.getString("stuckThread")).isNotBlank();
        assertThat(event.getString("where")).startsWith(FlightRecorderTest.class.getName());
        assertThat(event.getDuration()).isPositive();
        assertThat(named(events, "StalledLoop")).isEmpty();
    }

    private static List<Thread> threads(String prefix) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith(prefix))
                .toList();
    }

    private static void joinAll(List<Thread> threads) throws InterruptedException {
        for (Thread thread : threads) {
            thread.join();
        }
    }

    /** The tool of the JDK prints the fields by their names. */
    @Test
    void theToolOfTheJdkPrintsIt() throws Exception {
        Path tool = Path.of(System.getProperty("java.home"), "bin", "jfr");
        assumeTrue(Files.isExecutable(tool), "a runtime without the JDK's tools");
        record("true", FlightRecorderTest::story, JdkOptions.DEFAULTS);
        Process print = new ProcessBuilder(
                        tool.toString(),
                        "print",
                        "--events",
                        "io.anyio.*",
                        folder.resolve("run.jfr").toString())
                .redirectErrorStream(true)
                .start();
        String text = new String(print.getInputStream().readAllBytes(), UTF_8);
        if (Boolean.getBoolean("anyio.test.print")) {
            System.out.println(text);
        }
        assertThat(print.waitFor()).isZero();
        assertThat(text)
                .contains("io.anyio.TaskStart {", "io.anyio.TaskEnd {", "io.anyio.TaskSuspension {")
                .contains("taskName = \"sleeps\"", "cause = \"sleep\"", "outcome = \"cancelled\"");
    }
}
