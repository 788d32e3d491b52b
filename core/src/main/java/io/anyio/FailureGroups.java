package io.anyio;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Making and taking apart groups of failures, the same way for both kinds. */
final class FailureGroups {
    private FailureGroups() {}

    /** A group of the right kind for these members. */
    static FailureGroup of(String message, List<? extends Throwable> members, @Nullable Throwable cause) {
        for (Throwable member : members) {
            if (!(member instanceof Exception)) {
                return new ErrorGroup(message, members, cause);
            }
        }
        return new ExceptionGroup(message, members, cause);
    }

    /** The part of a group whose leaves (or whole groups) do or do not match; null when nothing is left. */
    static @Nullable FailureGroup filtered(FailureGroup group, Predicate<? super Throwable> matching, boolean wanted) {
        if (matching.test(group.asThrowable())) {
            return wanted ? group : null;
        }
        List<Throwable> kept = new ArrayList<>();
        boolean whole = true;
        for (Throwable member : group.exceptions()) {
            Throwable part;
            if (member instanceof FailureGroup inner) {
                FailureGroup filtered = filtered(inner, matching, wanted);
                part = filtered == null ? null : filtered.asThrowable();
            } else {
                part = matching.test(member) == wanted ? member : null;
            }
            whole &= part == member;
            if (part != null) {
                kept.add(part);
            }
        }
        if (whole) {
            return group;
        }
        if (kept.isEmpty()) {
            return null;
        }
        FailureGroup derived = of(group.getMessage(), kept, group.asThrowable().getCause());
        keepContext(group, derived.asThrowable());
        return derived;
    }

    /** What was noted beside the members of a group, as by a resource that could not be closed, stays with its rest. */
    private static void keepContext(FailureGroup group, Throwable derived) {
        derived.setStackTrace(group.asThrowable().getStackTrace());
        for (Throwable suppressed : group.asThrowable().getSuppressed()) {
            if (!group.exceptions().contains(suppressed)) {
                derived.addSuppressed(suppressed);
            }
        }
    }

    static boolean anyMatch(FailureGroup group, Predicate<? super Throwable> matching) {
        for (Throwable member : group.exceptions()) {
            if (matching.test(member) || (member instanceof FailureGroup inner && anyMatch(inner, matching))) {
                return true;
            }
        }
        return false;
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
