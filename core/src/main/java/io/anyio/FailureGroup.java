package io.anyio;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Several failures that a task group throws as one exception. AnyIO: {@code ExceptionGroup} and
 * {@code BaseExceptionGroup}.
 *
 * <p>It is an {@link ExceptionGroup}, which {@code catch (Exception e)} catches, or an {@link ErrorGroup} when a member
 * is an {@link Error}. Members are in the order in which they occurred and may be groups themselves. They are also
 * suppressed exceptions of the group, so every logger prints them. If 100 failures are nested in a member, printing it
 * could overflow the stack; the list of suppressed exceptions then contains a placeholder that shows the first of them.
 */
public sealed interface FailureGroup permits ExceptionGroup, ErrorGroup {

    /**
     * Creates a group: an {@link ErrorGroup} if a member is not an {@link Exception}, otherwise an
     * {@link ExceptionGroup}. For code that collects failures. AnyIO: {@code BaseExceptionGroup(message, members)}.
     *
     * @throws IllegalArgumentException without members
     */
    static FailureGroup of(String message, List<? extends Throwable> members) {
        Objects.requireNonNull(message, "message");
        return FailureGroupSupport.of(message, List.copyOf(members), null);
    }

    /** Returns the members in the order in which they occurred. Never empty. */
    List<Throwable> exceptions();

    /** Returns the message of the group. */
    String getMessage();

    /** Returns this group as a {@link Throwable}. */
    Throwable asThrowable();

    /**
     * Returns the members, at any depth, that match, in the same structure of groups; empty when there are none. A
     * group that itself matches is included as a whole. Message and cause are kept.
     */
    default Optional<FailureGroup> subgroup(Predicate<? super Throwable> matching) {
        return Optional.ofNullable(FailureGroupSupport.filtered(this, matching, true));
    }

    /** Returns the matching members and the others, each in the structure of this group. */
    default Split split(Predicate<? super Throwable> matching) {
        return new Split(subgroup(matching), Optional.ofNullable(FailureGroupSupport.filtered(this, matching, false)));
    }

    /**
     * Returns the single failure inside if there is only one at each level, otherwise this group. For code that starts
     * one operation and needs its failure without the group.
     */
    default Throwable collapse() {
        FailureGroup group = this;
        while (group.exceptions().size() == 1) {
            Throwable only = group.exceptions().getFirst();
            if (!(only instanceof FailureGroup inner)) {
                return only;
            }
            group = inner;
        }
        return group.asThrowable();
    }

    /** Returns whether a member, at any depth, is of this type. */
    default boolean contains(Class<? extends Throwable> type) {
        return FailureGroupSupport.anyMatch(this, type::isInstance);
    }

    /** Returns this group without the members of one type, at any depth; empty when nothing is left. */
    default Optional<FailureGroup> without(Class<? extends Throwable> type) {
        return Optional.ofNullable(FailureGroupSupport.filtered(this, type::isInstance, false));
    }

    /** The two halves of a {@link #split}. */
    record Split(Optional<FailureGroup> matching, Optional<FailureGroup> rest) {

        /** Creates the result of a split. A half without members is empty. */
        public Split {
            Objects.requireNonNull(matching, "matching");
            Objects.requireNonNull(rest, "rest");
        }
    }
}
