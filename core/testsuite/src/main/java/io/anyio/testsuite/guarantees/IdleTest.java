package io.anyio.testsuite.guarantees;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.anyio.AnyIO;
import io.anyio.TaskGroup;
import io.anyio.net.Tcp;
import io.anyio.testsuite.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Tests that while all tasks wait, no thread of the library, its backend or the JDK's scheduler wakes up, not even once
 * a second.
 */
class IdleTest extends GuaranteeTestBase {
    private static final int CONNECTIONS = 100;
    private static final long SETTLE_SECONDS = 2;
    private static final long WATCHED_SECONDS = 5;

    /** The JVM's own threads, some of which run periodically; names are cut at 15 characters. */
    private static final List<String> JVM = List.of(
            "VM ",
            "GC ",
            "G1 ",
            "C1 ",
            "C2 ",
            "Signal Dispatch",
            "Service Thread",
            "Monitor Deflati",
            "Notification ",
            "Common-Cleaner",
            "Reference Handl",
            "Finalizer",
            "process reaper",
            "Attach Listener");

    @Test
    void noThreadWakesUpWhileAllWait() throws Exception {
        assumeTrue(Files.isDirectory(Path.of("/proc/self/task")), "only Linux tells");
        List<Transport> transports = transports().toList();
        List<JvmProcess> programs = new ArrayList<>();
        try {
            for (Transport transport : transports) {
                programs.add(new JvmProcess(Idler.class, List.of(), transport.label()));
            }
            for (JvmProcess program : programs) {
                assertThat(program.said()).isEqualTo("waiting");
            }
            programs.getFirst().letRun(SETTLE_SECONDS);
            List<Map<String, Long>> before = new ArrayList<>();
            for (JvmProcess program : programs) {
                before.add(switches(program.pid()));
            }
            programs.getFirst().letRun(WATCHED_SECONDS);
            for (int i = 0; i < programs.size(); i++) {
                Map<String, Long> after = switches(programs.get(i).pid());
                assertThat(after).as(transports.get(i).label()).isEqualTo(before.get(i));
                assertThat(after.keySet()).anyMatch(thread -> thread.startsWith("anyio-watchdog"));
            }
        } finally {
            programs.forEach(JvmProcess::close);
        }
    }

    /** Returns how often each thread of a process has been switched, without the JVM's own threads. */
    private static Map<String, Long> switches(long pid) throws IOException {
        Map<String, Long> byThread = new HashMap<>();
        try (Stream<Path> threads = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
            for (Path thread : (Iterable<Path>) threads::iterator) {
                try {
                    String name = Files.readString(thread.resolve("comm")).strip();
                    if (JVM.stream().noneMatch(name::startsWith)) {
                        long sum = Files.readAllLines(thread.resolve("status")).stream()
                                .filter(line -> line.contains("ctxt_switches"))
                                .mapToLong(line -> Long.parseLong(
                                        line.substring(line.indexOf(':') + 1).strip()))
                                .sum();
                        byThread.put(name + "/" + thread.getFileName(), sum);
                    }
                } catch (NoSuchFileException ended) {
                    // probably a compiler thread
                }
            }
        }
        return byThread;
    }

    /** A program in which everything waits: tasks, a listener, and silent connections. */
    static final class Idler {
        private static final List<SocketChannel> CLIENTS = new ArrayList<>(); // referenced, so that they stay open

        private Idler() {}

        public static void main(String[] arguments) throws Exception {
            AnyIO.run(
                    () -> TaskGroup.run(group -> {
                        for (int i = 0; i < 100; i++) {
                            group.startSoon(AnyIO::sleepForever);
                        }
                        var listener = Tcp.listen(HOST, 0);
                        group.startSoon(() -> {
                            for (int i = 0; i < CONNECTIONS; i++) {
                                var stream = listener.accept();
                                group.startSoon(() -> stream.receive());
                            }
                            JvmProcess.say("waiting");
                            listener.accept();
                        });
                        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), listener.port());
                        for (int i = 0; i < CONNECTIONS; i++) {
                            CLIENTS.add(SocketChannel.open(address));
                            AnyIO.checkpoint();
                        }
                        AnyIO.sleepForever();
                    }),
                    new Transport(arguments[0]).options());
        }
    }
}
