package io.anyio.sync;

import io.anyio.TaskRef;
import io.anyio.WaitQueue;
import org.jspecify.annotations.Nullable;

/**
 * The borrowers of a limiter whose borrowers are tasks, the usual case, which must be fast. May be used by any thread.
 */
final class TaskLoans {
    /*
     * Tasks are identified by their ids, so no foreign code is called and a critical section suffices. The borrowers
     * themselves are the nodes of a search tree, so the tree allocates nothing. It stays flat because it is also a
     * heap, ordered by a number that looks random (a treap). One or two borrowers, by far the most common case, never
     * cause a rotation. Links are written on the way back up, so a stack overflow leaves the tree unchanged.
     */

    private final WaitQueue section = WaitQueue.create(); // used as a critical section only
    private @Nullable Borrower root; // guarded by the section

    /** Adds an entry and returns null. If the borrower already has an entry, returns that one and does nothing. */
    @Nullable
    Borrower add(Borrower entry) {
        section.enter();
        try {
            Borrower other = find(entry.key);
            if (other != null && other.isDead()) {
                root = without(root, other);
                other = null;
            }
            if (other == null) {
                root = with(root, entry);
            }
            return other;
        } finally {
            section.leave();
        }
    }

    /** Removes an entry, if present. */
    void remove(Borrower entry) {
        section.enter();
        try {
            if (find(entry.key) == entry) {
                root = without(root, entry);
            }
        } finally {
            section.leave();
        }
    }

    /** Returns the entry of a borrower, or null. */
    @Nullable
    Borrower find(TaskRef borrower) {
        section.enter();
        try {
            return find(borrower.id());
        } finally {
            section.leave();
        }
    }

    /**
     * Returns the entry with the lowest id above this one, so that a caller can iterate without holding the section.
     */
    @Nullable
    Borrower above(long id) {
        section.enter();
        Borrower next = null;
        for (Borrower at = root; at != null; ) {
            if (at.key > id) {
                next = at;
                at = at.lower;
            } else {
                at = at.higher;
            }
        }
        section.leave();
        return next;
    }

    private @Nullable Borrower find(long id) {
        Borrower at = root;
        while (at != null && at.key != id) {
            at = id < at.key ? at.lower : at.higher;
        }
        return at;
    }

    // ---- the tree; each method returns the new root of the subtree it was given ----

    private static Borrower with(@Nullable Borrower tree, Borrower added) {
        if (tree == null) {
            return added;
        }
        if (added.key < tree.key) {
            Borrower below = with(tree.lower, added);
            if (height(below) <= height(tree)) {
                tree.lower = below;
                return tree;
            }
            tree.lower = below.higher;
            below.higher = tree;
            return below;
        }
        Borrower below = with(tree.higher, added);
        if (height(below) <= height(tree)) {
            tree.higher = below;
            return tree;
        }
        tree.higher = below.lower;
        below.lower = tree;
        return below;
    }

    private static @Nullable Borrower without(@Nullable Borrower tree, Borrower removed) {
        if (tree == null) {
            return null;
        }
        if (tree == removed) {
            Borrower rest = joined(tree.lower, tree.higher);
            tree.lower = null;
            tree.higher = null;
            return rest;
        }
        if (removed.key < tree.key) {
            tree.lower = without(tree.lower, removed);
        } else {
            tree.higher = without(tree.higher, removed);
        }
        return tree;
    }

    private static @Nullable Borrower joined(@Nullable Borrower lower, @Nullable Borrower higher) {
        if (lower == null || higher == null) {
            return lower == null ? higher : lower;
        }
        if (height(lower) > height(higher)) {
            lower.higher = joined(lower.higher, higher);
            return lower;
        }
        higher.lower = joined(lower, higher.lower);
        return higher;
    }

    /**
     * Returns the heap position of an entry. Ids come in regular steps, so their bits are mixed (as SplitMix64 does).
     */
    private static long height(Borrower entry) {
        long mixed = entry.key;
        mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }
}
