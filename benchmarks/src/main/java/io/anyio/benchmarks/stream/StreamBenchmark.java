package io.anyio.benchmarks.stream;

import io.anyio.benchmarks.PeerBenchmark;
import io.anyio.stream.MemoryObjectStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/** Benchmark of {@link MemoryObjectStream}, Kotlin's channels, those of jox, and the JDK's queues. */
public class StreamBenchmark extends PeerBenchmark<StreamWorkload> {

    /** The library. */
    @Param({"anyio", "jdk", "jox", "kotlin"})
    public String by = "";

    /** The number of items that the stream holds before they are received; 0 is a rendezvous. */
    @Param({"0", "16", "100", "unbounded"})
    public String buffer = "";

    @Override
    protected StreamWorkload prepare() {
        int size = buffer.equals("unbounded") ? MemoryObjectStream.UNLIMITED : Integer.parseInt(buffer);
        return switch (by) {
            case "anyio" -> new BlockingStreamWorkload(taskWorkers(), () -> Pipe.ours(size));
            case "jdk" -> new BlockingStreamWorkload(threadWorkers(), () -> Pipe.jdk(size));
            case "jox" -> new BlockingStreamWorkload(threadWorkers(), () -> Pipe.jox(size));
            case "kotlin" -> new ChannelWorkload(coroutines(), size);
            default -> throw unknown(by);
        };
    }

    /** One sender and one receiver. */
    @Benchmark
    public void oneToOne() {
        workload().between(1, batch());
    }

    /** Four senders and four receivers. */
    @Benchmark
    public void fourToFour() {
        workload().between(4, batch());
    }

    /** Nine workers in a row. */
    @Benchmark
    public void chain() {
        workload().chain(8, batch());
    }
}
