package io.anyio.explorer.interleave;

import java.lang.invoke.VarHandle;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The methods that instrumented classes call before, or in place of, operations at which threads can interfere.
 *
 * <p>Outside of an {@link Interleaving} each does what the original code does.
 */
public final class Hooks {
    private static volatile @Nullable Interleaving running; // one at a time

    private Hooks() {}

    static void running(@Nullable Interleaving now) {
        running = now;
    }

    static Interleaving current() {
        Interleaving in = running;
        if (in == null) {
            throw new IllegalStateException("Not under the explorer");
        }
        return in;
    }

    /** The number of a place in code that calls hooks by itself. */
    public static int site(String text) {
        return SchedulingPoints.number(text);
    }

    /** Before a volatile access, a CAS, or a call of a concurrent class. */
    public static void point(int site) {
        Interleaving in = running;
        if (in != null) {
            in.point(site);
        }
    }

    /** Before operations that are ordered after all stores of the thread: volatile writes, fences, calls that write. */
    public static void fence(int site) {
        Interleaving in = running;
        if (in != null) {
            in.point(site);
            in.fence();
        }
    }

    /** In place of {@code handle.setRelease(of, value)}. */
    public static void setRelease(VarHandle handle, Object of, @Nullable Object value, int site) {
        Interleaving in = running;
        if (in != null) {
            in.point(site);
            in.store(handle, of, value);
        } else {
            handle.setRelease(of, value);
        }
    }

    /** In place of {@code handle.setRelease(of, value)}. */
    public static void setRelease(VarHandle handle, Object of, boolean value, int site) {
        setRelease(handle, of, (Object) value, site);
    }

    /** In place of {@code handle.compareAndSet(of, expected, wanted)}. */
    public static boolean compareAndSet(
            VarHandle handle, Object of, @Nullable Object expected, @Nullable Object wanted, int site) {
        beforeCas(handle, of, site);
        return afterCas(handle.compareAndSet(of, expected, wanted));
    }

    /** In place of {@code handle.compareAndSet(of, expected, wanted)}. */
    public static boolean compareAndSet(VarHandle handle, Object of, int expected, int wanted, int site) {
        beforeCas(handle, of, site);
        return afterCas(handle.compareAndSet(of, expected, wanted));
    }

    /** In place of {@code handle.compareAndSet(of, expected, wanted)}. */
    public static boolean compareAndSet(VarHandle handle, Object of, long expected, long wanted, int site) {
        beforeCas(handle, of, site);
        return afterCas(handle.compareAndSet(of, expected, wanted));
    }

    /** In place of {@code handle.compareAndSet(of, expected, wanted)}. */
    public static boolean compareAndSet(VarHandle handle, Object of, boolean expected, boolean wanted, int site) {
        beforeCas(handle, of, site);
        return afterCas(handle.compareAndSet(of, expected, wanted));
    }

    /** In place of {@code handle.compareAndSet(expected, wanted)}, for a static field. */
    public static boolean compareAndSet(VarHandle handle, Object expected, Object wanted, int site) {
        Interleaving in = running;
        if (in != null) {
            in.point(site);
        }
        return afterCas(handle.compareAndSet(expected, wanted));
    }

    private static void beforeCas(VarHandle handle, Object of, int site) {
        Interleaving in = running;
        if (in != null) {
            in.point(site);
            in.beforeCas(handle, of);
        }
    }

    /** A failed CAS has written nothing, and so orders nothing. */
    private static boolean afterCas(boolean done) {
        Interleaving in = running;
        if (in != null && done) {
            in.fence();
        }
        return done;
    }

    /** Returns what the thread reads from a volatile field in which others see {@code value}. */
    public static @Nullable Object read(Object of, @Nullable Object value, String field) {
        Interleaving in = running;
        return in == null ? value : in.read(of, value, field);
    }

    /** Returns what the thread reads from a volatile field in which others see {@code value}. */
    public static boolean read(Object of, boolean value, String field) {
        Interleaving in = running;
        return in == null ? value : in.read(of, value, field) == Boolean.TRUE;
    }

    /** Before the access of a plain field. */
    public static void plain(int site) {
        Interleaving in = running;
        if (in != null) {
            in.plainPoint(site);
        }
    }

    /** In place of {@code Thread.onSpinWait()}. */
    public static void spin(int site) {
        Interleaving in = running;
        if (in != null) {
            in.spin(site);
        } else {
            Thread.onSpinWait();
        }
    }

    /** In place of {@code LockSupport.park()}. */
    public static void park(int site) {
        parkNanos(Interleaving.NEVER, site);
    }

    /** In place of {@code LockSupport.park(blocker)}. */
    public static void park(Object blocker, int site) {
        parkNanos(Interleaving.NEVER, site);
    }

    /** In place of {@code LockSupport.parkNanos(blocker, nanos)}. */
    public static void parkNanos(Object blocker, long nanos, int site) {
        parkNanos(nanos, site);
    }

    /** In place of {@code LockSupport.parkNanos(nanos)}. */
    public static void parkNanos(long nanos, int site) {
        Interleaving in = running;
        if (in != null) {
            in.park(nanos, site);
        } else if (nanos == Interleaving.NEVER) {
            LockSupport.park();
        } else {
            LockSupport.parkNanos(nanos);
        }
    }

    /** In place of {@code LockSupport.unpark(thread)}. */
    public static void unpark(@Nullable Thread thread, int site) {
        Interleaving in = running;
        if (in != null) {
            in.unpark(thread, site);
        } else {
            LockSupport.unpark(thread);
        }
    }

    /** In place of {@code builder.unstarted(body)}. */
    public static Thread unstarted(Thread.Builder builder, Runnable body) {
        Interleaving in = running;
        Thread made = builder.unstarted(body);
        return in == null
                ? made
                : in.newThread(withoutNumber(made.getName()), body).javaThread();
    }

    /** The number of a worker is another one at each execution, also at a replay. */
    private static String withoutNumber(String name) {
        return name.startsWith("anyio-worker-") ? "worker" : name;
    }

    /** In place of {@code thread.start()}. */
    public static void start(Thread thread, int site) {
        Interleaving in = running;
        if (in != null) {
            in.start(thread, site);
        } else {
            thread.start();
        }
    }

    /** In place of {@code thread.interrupt()}. */
    public static void interrupt(Thread thread, int site) {
        Interleaving in = running;
        if (in != null) {
            in.interrupt(thread, site);
        } else {
            thread.interrupt();
        }
    }

    /** In place of {@code future.get()}, the wait of a thread that is no task. */
    public static @Nullable Object get(CompletableFuture<?> future, int site)
            throws InterruptedException, ExecutionException {
        Interleaving in = running;
        while (in != null && !future.isDone()) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            in.spin(site);
        }
        return future.get();
    }

    /** In place of {@code System.nanoTime()}. */
    public static long nanoTime() {
        Interleaving in = running;
        return in == null ? System.nanoTime() : in.now();
    }

    /** In place of {@code Boolean.getBoolean(name)}: the watchdog uses real time, so it is off. */
    public static boolean getBoolean(String name) {
        return name.equals("anyio.watchdog.off") || Boolean.getBoolean(name);
    }
}
