package io.anyio.benchmarks.server;

import java.util.Arrays;

/** All latencies of a turn, in nanoseconds; used by one thread at a time. */
final class Latencies {
    private long[] nanos = new long[1 << 16];
    private int count;

    void add(long one) {
        if (count == nanos.length) {
            nanos = Arrays.copyOf(nanos, 2 * count);
        }
        nanos[count++] = one;
    }

    void clear() {
        count = 0;
    }

    int count() {
        return count;
    }

    /** The latencies that half of all, and 99 of 100, do not exceed. */
    record Quantiles(double p50, double p99) {}

    Quantiles quantiles() {
        return new Quantiles(quantile(0.5), quantile(0.99));
    }

    /** Returns the smallest latency that at least this part of all do not exceed. */
    double quantile(double part) {
        if (count == 0) {
            throw new IllegalStateException("No latencies were measured");
        }
        long[] sorted = Arrays.copyOf(nanos, count);
        Arrays.sort(sorted);
        return sorted[Math.max(0, (int) Math.ceil(part * count) - 1)];
    }
}
