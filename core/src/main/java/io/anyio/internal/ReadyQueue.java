package io.anyio.internal;

import io.anyio.spi.SchedulingPolicy;
import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A queue of the tasks of one loop that are ready to run, oldest first.
 *
 * <p>Any thread may push; only the holder of the loop's token may poll. It contains a task at most once.
 *
 * @param <T> what stands for a task
 */
final class ReadyQueue<T extends ReadyQueue.Node> {
    /*
     * Two lists linked through Node.nextReady, so no memory is allocated: an inbox to which any thread pushes with one
     * CAS (newest first), and a local list in order, which only the holder of the token uses. The holder takes the
     * whole inbox and reverses it. There is no half-linked state in which a stalled producer hides tasks of others.
     */

    private static final VarHandle INBOX = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "inbox", VarHandle.class, ReadyQueue.class, Node.class);

    /** An element, which is in one queue at a time. */
    abstract static class Node {
        @Nullable
        Node nextReady; // owned by the queue that contains it
    }

    private final @Nullable SchedulingPolicy policy;

    private volatile @Nullable Node inbox; // pushed by any thread, emptied by the token's holder
    private @Nullable Node head; // token's holder only
    private @Nullable Node tail; // token's holder only
    private final List<Node> pool =
            new ArrayList<>(0); // replaces the local list if there is a policy; token's holder only

    ReadyQueue(@Nullable SchedulingPolicy policy) {
        this.policy = policy;
    }

    /** Adds a task. Any thread. */
    void push(T task) {
        Node before;
        do {
            before = inbox;
            task.nextReady = before;
        } while (!INBOX.compareAndSet(this, before, task));
    }

    /** Adds a task. The holder of the token only. */
    void pushLocal(T task) {
        if (inbox != null) {
            transfer(); // tasks in the inbox were added earlier
        }
        append(task);
    }

    /** Removes and returns the next task, or returns null. The holder of the token only. */
    @Nullable
    T poll() {
        if (inbox != null) {
            transfer();
        }
        if (policy != null) {
            return pollPicked(policy);
        }
        Node first = head;
        if (first == null) {
            return null;
        }
        head = first.nextReady;
        if (head == null) {
            tail = null;
        }
        first.nextReady = null;
        return element(first);
    }

    /** Returns the last task of the queue, or null if it is empty or a policy decides. The holder of the token only. */
    @Nullable
    T newest() {
        if (inbox != null) {
            transfer();
        }
        return element(tail);
    }

    /** Returns whether a task is ready. Exact for the holder of the token; may be out of date for other threads. */
    boolean hasReady() {
        return head != null || inbox != null || (policy != null && !pool.isEmpty());
    }

    /** Removes the task that the policy picks. The newest task takes its place, so the cost is constant. */
    private @Nullable T pollPicked(SchedulingPolicy picker) {
        int last = pool.size() - 1;
        if (last < 0) {
            return null;
        }
        int index = last == 0 ? 0 : picker.pick(last + 1);
        Node newest = pool.remove(last);
        return element(index == last ? newest : pool.set(index, newest));
    }

    private void transfer() {
        Node newest = (Node) INBOX.getAndSet(this, null);
        Node inOrder = null;
        while (newest != null) {
            Node older = newest.nextReady;
            newest.nextReady = inOrder;
            inOrder = newest;
            newest = older;
        }
        while (inOrder != null) {
            Node following = inOrder.nextReady;
            append(inOrder);
            inOrder = following;
        }
    }

    private void append(Node task) {
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

    @SuppressWarnings("unchecked") // only push() and pushLocal() add elements
    private @Nullable T element(@Nullable Node node) {
        return (T) node;
    }
}
