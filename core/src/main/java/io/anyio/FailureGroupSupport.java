package io.anyio;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Creates and filters groups of failures. Groups may be nested to any depth, so no method is recursive. */
final class FailureGroupSupport {
    private FailureGroupSupport() {}

    /** Creates a group of the kind that these members require. */
    static FailureGroup of(String message, List<? extends Throwable> members, @Nullable Throwable cause) {
        for (Throwable member : members) {
            if (!(member instanceof Exception)) {
                return new ErrorGroup(message, members, cause);
            }
        }
        return new ExceptionGroup(message, members, cause);
    }

    /** Returns the part of a group whose leaves or whole groups do or do not match; null when nothing is left. */
    static @Nullable FailureGroup filtered(FailureGroup group, Predicate<? super Throwable> matching, boolean wanted) {
        if (matching.test(group.asThrowable())) {
            return wanted ? group : null;
        }
        IdentityHashMap<FailureGroup, @Nullable FailureGroup> done =
                new IdentityHashMap<>(); // a group may be in several others
        var level = new Level(group, null);
        while (true) {
            if (level.members.hasNext()) {
                Throwable member = level.members.next();
                if (!(member instanceof FailureGroup inner)) {
                    level.add(member, matching.test(member) == wanted ? member : null);
                } else if (done.containsKey(inner)) {
                    level.add(member, asThrowable(done.get(inner)));
                } else if (matching.test(member)) {
                    level.add(member, wanted ? member : null);
                } else {
                    level = new Level(inner, level);
                }
            } else {
                FailureGroup part = level.part();
                Level above = level.above;
                if (above == null) {
                    return part;
                }
                done.put(level.group, part);
                above.add(level.group.asThrowable(), asThrowable(part));
                level = above;
            }
        }
    }

    private static @Nullable Throwable asThrowable(@Nullable FailureGroup group) {
        return group == null ? null : group.asThrowable();
    }

    /** A group that is being filtered; stands in for a stack frame of a recursive method. */
    private static final class Level {
        private final FailureGroup group;
        private final Iterator<Throwable> members;
        private final List<Throwable> kept = new ArrayList<>();
        private final @Nullable Level above;
        private boolean whole = true;

        Level(FailureGroup group, @Nullable Level above) {
            this.group = group;
            this.members = group.exceptions().iterator();
            this.above = above;
        }

        /** Adds the part that is left of the next member. */
        void add(Throwable member, @Nullable Throwable part) {
            whole &= part == member;
            if (part != null) {
                kept.add(part);
            }
        }

        /** Returns the part that is left of the group. */
        @Nullable
        FailureGroup part() {
            if (whole) {
                return group;
            }
            if (kept.isEmpty()) {
                return null;
            }
            FailureGroup derived =
                    of(group.getMessage(), kept, group.asThrowable().getCause());
            keepContext(group, derived.asThrowable());
            return derived;
        }
    }

    /** Copies the stack trace, and the suppressed exceptions other than members, such as the failure of a close(). */
    private static void keepContext(FailureGroup group, Throwable derived) {
        derived.setStackTrace(group.asThrowable().getStackTrace());
        for (Throwable noted : notedBeside(group)) {
            derived.addSuppressed(noted);
        }
    }

    /** Returns the suppressed exceptions of a group that do not represent its members. */
    static List<Throwable> notedBeside(FailureGroup group) {
        List<Throwable> suppressed = List.of(group.asThrowable().getSuppressed());
        return suppressed.subList(group.exceptions().size(), suppressed.size()); // those for the members come first
    }

    static boolean anyMatch(FailureGroup group, Predicate<? super Throwable> matching) {
        var members = new Members(group, true);
        while (members.hasNext()) {
            if (matching.test(members.next())) {
                return true;
            }
        }
        return false;
    }

    /** Returns the members at any depth that are not groups, in order. */
    static Iterable<Throwable> leaves(FailureGroup group) {
        return () -> new Leaves(new Members(group, false));
    }

    /** Iterates over the members at any depth, groups before their members; enters each group once if {@code once}. */
    private static final class Members implements Iterator<Throwable> {
        private final Deque<Iterator<Throwable>> open = new ArrayDeque<>(); // each has a next
        private final @Nullable Set<FailureGroup> seen;

        Members(FailureGroup group, boolean once) {
            this.seen = once ? Collections.newSetFromMap(new IdentityHashMap<>()) : null;
            open.push(group.exceptions().iterator());
        }

        @Override
        public boolean hasNext() {
            return !open.isEmpty();
        }

        @Override
        public Throwable next() {
            Iterator<Throwable> innermost = open.element();
            Throwable member = innermost.next();
            if (!innermost.hasNext()) {
                open.pop();
            }
            if (member instanceof FailureGroup inner && (seen == null || seen.add(inner))) {
                open.push(inner.exceptions().iterator());
            }
            return member;
        }
    }

    /** Iterates over the members that are not groups. The last member at any depth is never a group. */
    private record Leaves(Members members) implements Iterator<Throwable> {

        @Override
        public boolean hasNext() {
            return members.hasNext();
        }

        @Override
        public Throwable next() {
            Throwable member;
            do {
                member = members.next();
            } while (member instanceof FailureGroup);
            return member;
        }
    }

    static List<Throwable> checked(List<? extends Throwable> members) {
        if (members.isEmpty()) {
            throw new IllegalArgumentException("A group of failures needs at least one member");
        }
        return List.copyOf(members);
    }

    static String describe(String name, FailureGroup group) {
        int count = group.exceptions().size();
        return name + ": " + group.getMessage() + " (" + count + (count == 1 ? " member)" : " members)");
    }
}
