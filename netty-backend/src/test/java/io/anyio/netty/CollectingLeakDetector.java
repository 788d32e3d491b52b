package io.anyio.netty;

import io.netty.util.ResourceLeakDetector;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Collects Netty's reports of buffers that were not released. Public because Netty creates it by name. */
public final class CollectingLeakDetector<T> extends ResourceLeakDetector<T> {
    private static final Queue<String> REPORTS = new ConcurrentLinkedQueue<>();

    /** For Netty. */
    public CollectingLeakDetector(Class<?> resource, int samplingInterval) {
        super(resource, samplingInterval);
    }

    /** For Netty, which also looks up the older form. */
    @SuppressWarnings("unused")
    public CollectingLeakDetector(Class<?> resource, int samplingInterval, long maxActive) {
        this(resource, samplingInterval);
    }

    /** Returns the reports since the last call: a leak is that of one test. */
    static List<String> reports() {
        List<String> reports = new ArrayList<>();
        for (String next = REPORTS.poll(); next != null; next = REPORTS.poll()) {
            reports.add(next);
        }
        return reports;
    }

    @Override
    protected boolean needReport() {
        return true;
    }

    @Override
    protected void reportTracedLeak(String resourceType, String records) {
        REPORTS.add(resourceType + records);
    }

    @Override
    protected void reportUntracedLeak(String resourceType) {
        REPORTS.add(resourceType);
    }
}
