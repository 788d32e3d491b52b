package io.anyio.internal;

import io.anyio.diagnostics.WatchdogEvent;
import io.anyio.diagnostics.WatchdogListener;
import io.anyio.spi.OwnThreads;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Events on their way to the listeners of the watchdog. A thread that lives for as long as there are events calls the
 * listeners, so that the watchdog never waits for them.
 */
final class ListenerQueue {
    /** More events are not kept while a listener does not return. */
    static final int CAPACITY = 64;

    private final Supplier<List<WatchdogListener>> listeners;
    private final Queue<WatchdogEvent> events = new ConcurrentLinkedQueue<>();
    private final AtomicInteger pending = new AtomicInteger(); // events not delivered; above 0 there is a thread

    ListenerQueue(Supplier<List<WatchdogListener>> listeners) {
        this.listeners = listeners;
    }

    boolean hasListeners() {
        return !listeners.get().isEmpty();
    }

    /** Adds an event. Returns false when it is dropped: there are too many, or there is no thread. One thread only. */
    boolean offer(WatchdogEvent event) {
        if (pending.get() >= CAPACITY) {
            return false;
        }
        events.add(event);
        if (pending.getAndIncrement() > 0) {
            return true;
        }
        try {
            OwnThreads.unstarted("anyio-watchdog-listener", this::deliverAll).start();
            return true;
        } catch (Throwable noThread) { // or no memory
            events.clear();
            pending.set(0);
            return false;
        }
    }

    private void deliverAll() {
        do {
            WatchdogEvent event = events.poll();
            if (event != null) {
                deliver(event);
            }
        } while (pending.decrementAndGet() > 0);
    }

    private void deliver(WatchdogEvent event) {
        for (WatchdogListener listener : listeners.get()) {
            try {
                listener.onEvent(event);
            } catch (Throwable failure) { // the next listener gets the event all the same
                EngineLog.LOG.log(
                        Level.WARNING, () -> "A listener of the watchdog failed on a " + event.kind(), failure);
            }
        }
    }
}
