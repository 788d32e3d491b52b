package io.anyio.benchmarks.stream;

import io.anyio.benchmarks.PeerBenchmark;
import io.anyio.stream.MemoryObjectStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/** {@link MemoryObjectStream}, beside Kotlin's channels, those of jox, and the queues of the JDK. */
public class StreamBenchmark extends PeerBenchmark<StreamShapes> {

    /** Who plays. */
    @Param({"anyio", "jdk", "jox", "kotlin"})
    public String by = "";

    /** How many items the stream holds that nobody has received: 0 is a rendezvous. */
    @Param({"0", "16", "100", "unbounded"})
    public String buffer = "";

    @Override
    protected StreamShapes prepare() {
        int size = buffer.equals("unbounded") ? MemoryObjectStream.UNLIMITED : Integer.parseInt(buffer);
        return switch (by) {
            case "anyio" -> new BlockingStreamShapes(taskCrew(), () -> new OurPipe(size));
            case "jdk" -> new BlockingStreamShapes(bareCrew(), () -> new QueuePipe(size));
            case "jox" -> new BlockingStreamShapes(bareCrew(), () -> new JoxPipe(size));
            case "kotlin" -> new ChannelShapes(coroutines(), size);
            default -> throw nobody(by);
        };
    }

    /** One sends, one receives. */
    @Benchmark
    public void oneToOne() {
        shapes().between(1, batch());
    }

    /** Four send, four receive. */
    @Benchmark
    public void fourToFour() {
        shapes().between(4, batch());
    }

    /** Nine workers in a row. */
    @Benchmark
    public void chain() {
        shapes().chain(8, batch());
    }
}
