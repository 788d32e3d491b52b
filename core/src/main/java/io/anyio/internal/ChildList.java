package io.anyio.internal;

import org.jspecify.annotations.Nullable;

/** The live tasks of one group, in the order in which they were started. May be used by any thread. */
public final class ChildList extends SpinLock {
    /*
     * An intrusive list. A walk must not hold the lock while it calls the visitor, and tasks are added and removed
     * meanwhile. The walker therefore leaves a marker in the list, takes a few tasks at a time after the marker, and
     * releases the lock in between.
     */

    private static final int CHUNK = 32;

    /** An element of the list: a task, or a walker's marker. */
    static class Node {
        @Nullable
        Node previousSibling; // guarded by the list

        @Nullable
        Node nextSibling; // guarded by the list
    }

    private @Nullable Node first; // guarded by this
    private @Nullable Node last; // guarded by this
    private int count; // tasks and holds, without markers; guarded by this
    private boolean closed; // guarded by this

    /** Adds a task at the end. Returns false when the list is closed. */
    boolean add(Task task) {
        lock();
        try {
            if (closed) {
                return false;
            }
            link(task);
            count++;
            return true;
        } finally {
            unlock();
        }
    }

    /** Removes a task. Returns true when it was the last one. */
    boolean remove(Task task) {
        lock();
        try {
            unlink(task);
            return --count == 0;
        } finally {
            unlock();
        }
    }

    /** Counts as a task until {@link #release} is called. Called while the list is not closed. */
    void hold() {
        lock();
        count++;
        unlock();
    }

    /** Ends a hold. Returns true when the list is empty. */
    boolean release() {
        lock();
        boolean last = --count == 0;
        unlock();
        return last;
    }

    boolean isEmpty() {
        lock();
        try {
            return count == 0;
        } finally {
            unlock();
        }
    }

    boolean isClosed() {
        lock();
        try {
            return closed;
        } finally {
            unlock();
        }
    }

    /** Closes the list if it has no tasks. Returns false when it has some. */
    boolean closeIfEmpty() {
        lock();
        try {
            if (count == 0) {
                closed = true;
            }
            return count == 0;
        } finally {
            unlock();
        }
    }

    /** Closes the list, which may still have tasks. */
    void close() {
        lock();
        closed = true;
        unlock();
    }

    /** An action on each task. */
    public interface Visitor {
        void visit(Task task);
    }

    /** Visits the tasks that were in the list when the walk began and still are. Does not hold the lock meanwhile. */
    public void forEach(Visitor visitor) {
        var marker = new Node();
        var chunk = new Task[CHUNK];
        lock();
        try {
            if (first == null) {
                return;
            }
            marker.nextSibling = first;
            first.previousSibling = marker;
            first = marker;
        } finally {
            unlock();
        }
        long newest = Task.newestId(); // tasks started later check their scopes themselves
        int taken;
        do {
            taken = takeChunk(marker, chunk, newest);
            for (int i = 0; i < taken; i++) {
                visitor.visit(chunk[i]);
            }
        } while (taken == CHUNK);
    }

    private int takeChunk(Node marker, Task[] chunk, long newest) {
        int taken = 0;
        lock();
        try {
            Node at = marker.nextSibling;
            unlink(marker);
            Node before = null;
            while (at != null && taken < CHUNK) {
                if (at instanceof Task task) {
                    if (task.id() > newest) {
                        return taken;
                    }
                    chunk[taken++] = task;
                }
                before = at;
                at = at.nextSibling;
            }
            if (taken == CHUNK && before != null) {
                linkAfter(before, marker);
            }
            return taken;
        } finally {
            unlock();
        }
    }

    private void link(Node node) {
        node.previousSibling = last;
        node.nextSibling = null;
        if (last == null) {
            first = node;
        } else {
            last.nextSibling = node;
        }
        last = node;
    }

    private void linkAfter(Node before, Node node) {
        node.previousSibling = before;
        node.nextSibling = before.nextSibling;
        if (node.nextSibling == null) {
            last = node;
        } else {
            node.nextSibling.previousSibling = node;
        }
        before.nextSibling = node;
    }

    private void unlink(Node node) {
        if (node.previousSibling == null) {
            first = node.nextSibling;
        } else {
            node.previousSibling.nextSibling = node.nextSibling;
        }
        if (node.nextSibling == null) {
            last = node.previousSibling;
        } else {
            node.nextSibling.previousSibling = node.previousSibling;
        }
        node.previousSibling = null;
        node.nextSibling = null;
    }
}
