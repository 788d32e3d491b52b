package io.anyio;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Several failures that left a task group as one. AnyIO: {@code ExceptionGroup} and {@code BaseExceptionGroup}.
 *
 * <p>It is an {@link ExceptionGroup}, which {@code catch (Exception e)} catches, or an {@link ErrorGroup} when a member
 * is an {@link Error}. Members stand in the order in which they occurred, may be groups themselves, and are listed as
 * suppressed exceptions too, so that every logger prints them. A member in which 100 failures are nested is replaced in
 * that list by an exception that says so and shows the first of them, because printing it could overflow the stack.
 */
public sealed interface FailureGroup permits ExceptionGroup, ErrorGroup {

    /**
     * A group of the right kind for these members: an {@link ErrorGroup} when one of them is no {@link Exception}. For
     * those who collect failures by themselves. AnyIO: {@code BaseExceptionGroup(message, members)}.
     *
     * @throws IllegalArgumentException when there are none
     */
    static FailureGroup of(String message, List<? extends Throwable> members) {
        Objects.requireNonNull(message, "message");
        return FailureGroups.of(message, List.copyOf(members), null);
    }

    /** The members, in the order in which they occurred. Never empty. */
    List<Throwable> exceptions();

    /** What the group is about. */
    String getMessage();

    /** This group as what it also is. */
    Throwable asThrowable();

    /**
     * The members, at any depth, that match, in the same structure of groups; empty when there are none. A group that
     * itself matches is taken whole. Message and cause are kept.
     */
    default Optional<FailureGroup> subgroup(Predicate<? super Throwable> matching) {
        return Optional.ofNullable(FailureGroups.filtered(this, matching, true));
    }

    /** The matching members and the others, each in the structure of this group. */
    default Split split(Predicate<? super Throwable> matching) {
        return new Split(subgroup(matching), Optional.ofNullable(FailureGroups.filtered(this, matching, false)));
    }

    /**
     * The one failure inside, when at each level there is only one; else this group. For code that started one thing
     * that can fail and does not want to see the group around it.
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

    /** Whether a member, at any depth, is of this type. */
    default boolean contains(Class<? extends Throwable> type) {
        return FailureGroups.anyMatch(this, type::isInstance);
    }

    /** This group without the members of one type, at any depth; empty when nothing is left. */
    default Optional<FailureGroup> without(Class<? extends Throwable> type) {
        return Optional.ofNullable(FailureGroups.filtered(this, type::isInstance, false));
    }

    /** The two halves of a {@link #split}. */
    record Split(Optional<FailureGroup> matching, Optional<FailureGroup> rest) {

        /** A half without members is empty. */
        public Split {
            Objects.requireNonNull(matching, "matching");
            Objects.requireNonNull(rest, "rest");
        }
    }
}
