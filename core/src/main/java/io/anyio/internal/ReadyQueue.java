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
     *
     * For the statistics each node of the inbox knows how many nodes it and those below it are, so that the length needs
     * no counter that several threads write. A producer that meets a node which was taken and pushed again meanwhile
     * may write a wrong number, which lasts until the inbox is emptied.
     */

    private static final VarHandle INBOX = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "inbox", VarHandle.class, ReadyQueue.class, Node.class);

    /** An element, which is in one queue at a time. */
    abstract static class Node {
        @Nullable
        Node nextReady; // owned by the queue that contains it

        private int depth; // in the inbox: the nodes from here on; written by the thread that pushes
        private int newcomers; // those of them that are in the queue for the first time; written likewise
        private boolean known; // whether it has been counted; written by the token's holder
    }

    private final @Nullable SchedulingPolicy policy;

    private volatile @Nullable Node inbox; // pushed by any thread, emptied by the token's holder
    private @Nullable Node head; // token's holder only
    private @Nullable Node tail; // token's holder only
    private final List<Node> pool =
            new ArrayList<>(0); // replaces the local list if there is a policy; token's holder only
    private int inOrder; // the length of the local list or pool; written by the token's holder, read by any thread
    private long admitted; // the tasks that were in one of them for the first time; likewise

    ReadyQueue(@Nullable SchedulingPolicy policy) {
        this.policy = policy;
    }

    /** Adds a task. Any thread. */
    void push(T task) {
        Node before;
        do {
            before = inbox;
            task.nextReady = before;
            count(task, before);
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
        inOrder--;
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

    /** Returns how many tasks are ready. Any thread; exact while no other thread pushes or polls. */
    int size() {
        Node newest = inbox;
        return inOrder + (newest == null ? 0 : newest.depth);
    }

    /** Returns how many different tasks have been in the queue. Any thread; exact as {@link #size} is. */
    long everQueued() {
        Node newest = inbox;
        return admitted + (newest == null ? 0 : newest.newcomers);
    }

    private static void count(Node task, @Nullable Node before) {
        task.depth = before == null ? 1 : before.depth + 1;
        task.newcomers = (before == null ? 0 : before.newcomers) + (task.known ? 0 : 1);
    }

    /** Removes the task that the policy picks. The newest task takes its place, so the cost is constant. */
    private @Nullable T pollPicked(SchedulingPolicy picker) {
        int last = pool.size() - 1;
        if (last < 0) {
            return null;
        }
        int index = last == 0 ? 0 : picker.pick(last + 1);
        inOrder--;
        Node newest = pool.remove(last);
        return element(index == last ? newest : pool.set(index, newest));
    }

    private void transfer() {
        Node newest = (Node) INBOX.getAndSet(this, null);
        Node oldest = null;
        while (newest != null) {
            Node older = newest.nextReady;
            newest.nextReady = oldest;
            oldest = newest;
            newest = older;
        }
        while (oldest != null) {
            Node following = oldest.nextReady;
            append(oldest);
            oldest = following;
        }
    }

    private void append(Node task) {
        task.nextReady = null;
        inOrder++;
        if (!task.known) {
            task.known = true;
            admitted++;
        }
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
