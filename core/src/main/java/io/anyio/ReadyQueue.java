package io.anyio;

import io.anyio.spi.ReadyPolicy;
import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tasks of one loop that are ready to run, oldest first.
 *
 * <p>Any thread may push; only the holder of the loop's token takes out. A task stands in it at most once.
 */
final class ReadyQueue {
    /*
     * Two lists through Task.nextReady, so that nothing is allocated: an inbox that anybody pushes onto with one CAS
     * (newest first), and a local list in order that only the holder of the token touches. The holder empties the inbox
     * whole and turns it round; there is no half-linked state in which a stalled producer hides what others pushed.
     */

    private static final VarHandle INBOX = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "inbox", VarHandle.class, ReadyQueue.class, Task.class);

    private final @Nullable ReadyPolicy policy;

    private volatile @Nullable Task inbox; // pushed by any thread, emptied by the token's holder
    private @Nullable Task head; // token's holder only
    private @Nullable Task tail; // token's holder only
    private final List<Task> pool =
            new ArrayList<>(0); // in place of the local list under a policy; token's holder only

    ReadyQueue(@Nullable ReadyPolicy policy) {
        this.policy = policy;
    }

    /** Adds a task from any thread. */
    void push(Task task) {
        Task before;
        do {
            before = inbox;
            task.nextReady = before;
        } while (!INBOX.compareAndSet(this, before, task));
    }

    /** Adds a task; for the holder of the token only. */
    void pushLocal(Task task) {
        if (inbox != null) {
            transfer(); // what came in from outside came first
        }
        append(task);
    }

    /** Takes out the next task; for the holder of the token only. */
    @Nullable
    Task poll() {
        if (inbox != null) {
            transfer();
        }
        if (policy != null) {
            return pollPicked(policy);
        }
        Task first = head;
        if (first == null) {
            return null;
        }
        head = first.nextReady;
        if (head == null) {
            tail = null;
        }
        first.nextReady = null;
        return first;
    }

    /** The task that all others come before, if there is an order; for the holder of the token only. */
    @Nullable
    Task newest() {
        if (inbox != null) {
            transfer();
        }
        return tail;
    }

    /** Whether a task is ready. Exact for the holder of the token; others may see what was true a moment ago. */
    boolean hasReady() {
        return head != null || inbox != null || (policy != null && !pool.isEmpty());
    }

    /**
     * Takes out the task that the policy picks; the newest one fills its place, so that a step costs the same for many.
     */
    private @Nullable Task pollPicked(ReadyPolicy picker) {
        int last = pool.size() - 1;
        if (last < 0) {
            return null;
        }
        int index = last == 0 ? 0 : picker.pick(last + 1);
        Task newest = pool.remove(last);
        return index == last ? newest : pool.set(index, newest);
    }

    private void transfer() {
        Task newest = (Task) INBOX.getAndSet(this, null);
        Task inOrder = null;
        while (newest != null) {
            Task older = newest.nextReady;
            newest.nextReady = inOrder;
            inOrder = newest;
            newest = older;
        }
        while (inOrder != null) {
            Task following = inOrder.nextReady;
            append(inOrder);
            inOrder = following;
        }
    }

    private void append(Task task) {
        task.nextReady = null;
        if (policy != null) {
            pool.add(task);
            return;
        }
        if (tail == null) {
            head = task;
        } else {
            tail.nextReady = task;
        }
        tail = task;
    }
}
