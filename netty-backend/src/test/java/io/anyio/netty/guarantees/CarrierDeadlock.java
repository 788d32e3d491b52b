package io.anyio.netty.guarantees;

import io.anyio.netty.NettyRuntime;
import io.anyio.testsuite.CapturedLog;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.SingleThreadEventExecutor;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The deadlock of a loop that carries tasks: a foreign thread has a lock, a task queues for it, the loop's thread
 * queues after the task, and then the owner releases the lock. The lock is free and the task is next, but only the loop
 * could run the task.
 */
abstract class CarrierDeadlock {
    private final CompletableFuture<Void> taskDone = new CompletableFuture<>();
    private final CompletableFuture<Void> handlerDone = new CompletableFuture<>();

    /** Runs code with the lock held. */
    abstract void locked(Runnable code);

    /** Returns whether {@code count} threads queue for the lock; {@code thread} is the last of them. */
    abstract boolean queued(int count, Thread thread);

    /** Acquires and releases the lock. */
    final void pass() {
        locked(() -> {});
    }

    final void tie(EventLoopGroup group) throws Exception {
        var runtime = NettyRuntime.attach(group);
        tie(group, runtime);
        var _ = finished().thenRun(runtime::close);
    }

    /** Creates the deadlock on the next loop of the group, and releases the owner's lock. */
    final void tie(EventLoopGroup group, NettyRuntime runtime) throws Exception {
        EventLoop loop = group.next();
        Thread loopThread = loop.submit(Thread::currentThread).get();
        var tie = new Thread(() -> locked(() -> {
            var task = new CompletableFuture<Thread>();
            var _ = startOn(loop, runtime, task);
            NettyGuaranteeTestBase.until(() -> task.isDone() && queued(1, task.join()));
            var inHandler = new AtomicBoolean(); // until then the loop's thread may be blocked as the task's carrier
            loop.execute(() -> {
                inHandler.set(true);
                pass();
                handlerDone.complete(null);
            });
            NettyGuaranteeTestBase.until(() -> inHandler.get() && queued(2, loopThread));
        }));
        tie.start();
        tie.join();
    }

    /** Starts tasks until one runs on this loop, because they are started on the loops in turn. */
    private CompletableFuture<?> startOn(EventLoop loop, NettyRuntime runtime, CompletableFuture<Thread> task) {
        return runtime.start(() -> {
            String carrier = NettyGuaranteeTestBase.carrierThread();
            if (!NettyGuaranteeTestBase.onLoopCarrier() || threadName(loop).equals(carrier)) {
                task.complete(Thread.currentThread());
                pass();
                taskDone.complete(null);
            } else {
                var _ = startOn(loop, runtime, task);
            }
        });
    }

    private static String threadName(EventLoop loop) {
        return ((SingleThreadEventExecutor) loop).threadProperties().name();
    }

    final CompletableFuture<Void> finished() {
        return CompletableFuture.allOf(taskDone, handlerDone);
    }

    /** With a lock of {@code java.util.concurrent}. */
    static final class OfLock extends CarrierDeadlock {
        private final ReentrantLock lock;

        OfLock() {
            this(false);
        }

        /** A fair lock makes every newcomer queue, even at the moment when it is free. */
        OfLock(boolean fair) {
            lock = new ReentrantLock(fair);
        }

        @Override
        void locked(Runnable code) {
            lock.lock();
            try {
                code.run();
            } finally {
                lock.unlock();
            }
        }

        @Override
        boolean queued(int count, Thread thread) {
            return lock.getQueueLength() >= count && lock.hasQueuedThread(thread);
        }
    }

    /** With a monitor. */
    static final class OfMonitor extends CarrierDeadlock {
        private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
        private static final long STILL_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

        private final Object monitor = new Object();
        private long processorTime = -1; // of the loop's thread at the last check; the tying thread only
        private long since; // when that was first seen; the tying thread only

        @Override
        void locked(Runnable code) {
            synchronized (monitor) {
                code.run();
            }
        }

        @Override
        boolean queued(int count, Thread thread) {
            return thread.getState() == Thread.State.BLOCKED && (thread.isVirtual() || asleep(thread));
        }

        /**
         * Returns whether the thread has queued for the monitor. A platform thread is BLOCKED when it reaches a
         * monitor, but spins before it queues, and could then overtake queued threads. When queued, it uses no more
         * processor time.
         */
        private boolean asleep(Thread thread) {
            long now = System.nanoTime();
            long used = THREADS.getThreadCpuTime(thread.threadId());
            if (used != processorTime) {
                processorTime = used;
                since = now;
            }
            return now - since > STILL_NANOS;
        }
    }

    /** Creates one deadlock of each kind and prints the results. On demand, logging needs the lock of the first. */
    static final class Main {
        private static final long ENOUGH_MILLIS = 1_500;
        private static final int SLIPS = 5;
        private static final String FINISHED = "finished";

        private Main() {}

        public static void main(String[] arguments) throws Exception {
            String wanted = arguments.length == 0 ? "" : arguments[0];
            boolean logging = "logging".equals(wanted);
            CarrierDeadlock lock = new OfLock(logging);
            CarrierDeadlock monitor = new OfMonitor();
            var log = logging ? new CapturedLog("io.anyio", lock::pass) : new CapturedLog("io.anyio");
            lock.tie(loop());
            monitor.tie(loop());
            System.out.println("lock: " + outcome(lock));
            String monitors = outcome(monitor);
            for (int i = 0; i < SLIPS && Boolean.getBoolean("anyio.watchdog.off") && monitors.equals(FINISHED); i++) {
                monitor = new OfMonitor(); // on a busy machine the loop's thread may have kept spinning
                monitor.tie(loop());
                monitors = outcome(monitor);
            }
            System.out.println("monitor: " + monitors);
            if ("reports".equals(wanted)) {
                NettyGuaranteeTestBase.until(() -> log.contains("another thread runs them meanwhile"));
                System.out.println("reported");
            }
            System.out.flush();
            Runtime.getRuntime().halt(0);
        }

        private static EventLoopGroup loop() {
            return new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        }

        private static String outcome(CarrierDeadlock tangle) {
            try {
                tangle.finished().get(ENOUGH_MILLIS, TimeUnit.MILLISECONDS);
                return FINISHED;
            } catch (TimeoutException hangs) {
                return "stuck";
            } catch (Exception e) {
                return e.toString();
            }
        }
    }
}
