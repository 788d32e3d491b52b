package io.anyio.future;

import io.anyio.Cancelled;
import io.anyio.TaskGroup;
import io.anyio.TaskHandle;
import io.anyio.TaskOptions;
import io.anyio.lowlevel.TaskEnds;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/** A factory of virtual threads, each of which stands for a task. */
final class TaskThreads implements ThreadFactory {
    private final TaskGroup group;
    private final TaskOptions options;

    TaskThreads(TaskGroup group, TaskOptions options) {
        this.group = group;
        this.options = options;
    }

    @Override
    public @Nullable Thread newThread(Runnable code) {
        Objects.requireNonNull(code, "code");
        if (!group.isActive()) {
            return null;
        }
        return Thread.ofVirtual()
                .name(options.name().orElse(""))
                .inheritInheritableThreadLocals(false)
                .unstarted(new Stand(code));
    }

    /** The code of a virtual thread that starts a task and waits for its end. */
    private final class Stand implements Runnable {
        private final Runnable code;
        private volatile @Nullable Thread worker; // the thread of the task, set by it
        private volatile boolean interrupted; // set before `worker` is read

        Stand(Runnable code) {
            this.code = code;
        }

        @Override
        public void run() {
            Thread outer = Thread.currentThread();
            TaskOptions named = outer.getName().isEmpty() ? options : options.withName(outer.getName());
            TaskHandle<?> task = GroupExecutors.start(group, named, code, () -> runAsTask(outer));
            var ended = new CompletableFuture<@Nullable Void>();
            TaskEnds.whenEnded(task, () -> ended.complete(null));
            while (!ended.isDone()) {
                try {
                    ended.get();
                } catch (InterruptedException forTheTask) {
                    interruptTask();
                } catch (ExecutionException impossible) { // it is only completed with a value
                    throw new AssertionError(impossible);
                }
            }
        }

        private void interruptTask() {
            interrupted = true;
            Thread thread = worker;
            if (thread != null) {
                thread.interrupt();
            }
        }

        private void runAsTask(Thread outer) {
            Thread own = Thread.currentThread();
            own.setContextClassLoader(outer.getContextClassLoader());
            worker = own;
            if (interrupted) {
                own.interrupt();
            }
            try {
                code.run();
            } catch (Cancelled c) {
                throw c;
            } catch (Throwable failure) { // for the handler, or the group
                Thread.UncaughtExceptionHandler handler = outer.getUncaughtExceptionHandler();
                if (handler == null || handler == outer.getThreadGroup()) {
                    throw failure;
                }
                handler.uncaughtException(outer, failure);
            } finally {
                worker = null;
            }
        }
    }
}
