package io.anyio;

import io.anyio.internal.Unchecked;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Handlers for the failures that a block throws, possibly several at once in a group. AnyIO: Python's {@code except*},
 * and the recipe that collapses groups of one.
 *
 * <pre>{@code
 * Failures.catching(IOException.class, group -> log("offline: " + group.exceptions()))
 *         .andEach(TimedOutException.class, e -> log(e.getMessage()))
 *         .run(() -> TaskGroup.run(group -> { ... }));
 * }</pre>
 *
 * <p>Each handler receives the failures of its type, whether they are thrown alone or as members of groups at any
 * depth. Failures without a handler are rethrown unchanged. If several handlers apply to a failure, the first one
 * receives it. A handler that takes groups is called at most once. No handler is called without failures.
 *
 * <p>A {@link Cancelled} is never handled: it is rethrown whatever the types are. Exceptions from handlers are thrown
 * as a {@link FailureGroup}, together with the unhandled failures. Handlers run in the calling task and may wait.
 *
 * <p>Immutable, so one set of handlers can be kept and used for many blocks. No method is a checkpoint in itself.
 */
public final class Failures {
    private final List<Clause> clauses;

    /** A handler and the failures that it takes. */
    private record Clause(Predicate<Throwable> takes, FailureHandler<FailureGroup> handler) {}

    private Failures(List<Clause> clauses) {
        this.clauses = clauses;
    }

    /**
     * Runs {@code body}. If it throws a group with a single failure of this type, or a single unchecked failure, throws
     * that failure without the group. For code that starts several tasks and does not expose the group to its callers.
     * Several failures, and a failure of another checked type, stay in their group.
     *
     * @throws X the single failure of this type
     * @throws ExceptionGroup when there were several failures, or one of another checked type
     * @throws ErrorGroup the same, when one of them is an {@link Error}
     */
    public static <X extends Exception> void collapsing(Class<X> type, Block<X> body) throws X {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(body, "body");
        try {
            body.run();
        } catch (ExceptionGroup | ErrorGroup group) {
            throw collapsed(type, (FailureGroup) group);
        }
    }

    /** Like {@link #collapsing(Class, Block)}, and returns the value of the body. */
    public static <T extends @Nullable Object, X extends Exception> T collapsing(Class<X> type, ValueBlock<T, X> body)
            throws X {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(body, "body");
        try {
            return body.call();
        } catch (ExceptionGroup | ErrorGroup group) {
            throw collapsed(type, (FailureGroup) group);
        }
    }

    /** Returns the single failure if it is of the type. Otherwise throws it if it is unchecked, or the group. */
    private static <X extends Exception> X collapsed(Class<X> type, FailureGroup group) {
        Throwable single = group.collapse();
        if (type.isInstance(single)) {
            return type.cast(single);
        }
        switch (single) {
            case RuntimeException unchecked -> throw unchecked;
            case Error unchecked -> throw unchecked;
            default -> {
                switch (group) {
                    case ExceptionGroup exceptions -> throw exceptions;
                    case ErrorGroup errors -> throw errors;
                }
            }
        }
    }

    /**
     * Passes the failures of one type to {@code handler}, as a group with the structure in which they occurred.
     *
     * @throws IllegalArgumentException when the type is {@link Cancelled} or a type of groups, whose members are
     *     examined in any case
     */
    public static Failures catching(Class<? extends Throwable> type, FailureHandler<FailureGroup> handler) {
        return new Failures(List.of()).and(type, handler);
    }

    /** Passes each failure of one type to {@code handler}, one after the other. Otherwise like {@link #catching}. */
    public static <F extends Throwable> Failures catchingEach(Class<F> type, FailureHandler<? super F> handler) {
        return new Failures(List.of()).andEach(type, handler);
    }

    /** Returns these handlers and one for a further type, as {@link #catching} makes it. */
    public Failures and(Class<? extends Throwable> type, FailureHandler<FailureGroup> handler) {
        if (FailureGroup.class.isAssignableFrom(type)) {
            throw new IllegalArgumentException("The members of a group are matched one by one; name the type of"
                    + " the members to handle, not " + type.getSimpleName());
        }
        if (type == Cancelled.class) {
            throw new IllegalArgumentException("A cancellation must reach the scope that was cancelled; to clean up,"
                    + " use finally, or catch Cancelled and rethrow it");
        }
        List<Clause> more = new ArrayList<>(clauses);
        more.add(new Clause(
                thrown ->
                        type.isInstance(thrown) && !(thrown instanceof FailureGroup) && !(thrown instanceof Cancelled),
                Objects.requireNonNull(handler)));
        return new Failures(List.copyOf(more));
    }

    /** Returns these handlers and one for a further type, as {@link #catchingEach} makes it. */
    public <F extends Throwable> Failures andEach(Class<F> type, FailureHandler<? super F> handler) {
        Objects.requireNonNull(handler);
        return and(type, group -> each(group, type, handler));
    }

    private static <F extends Throwable> void each(FailureGroup group, Class<F> type, FailureHandler<? super F> handler)
            throws Exception {
        for (Throwable member : FailureGroupSupport.leaves(group)) {
            handler.handle(type.cast(member));
        }
    }

    /**
     * Runs {@code body}, and the handlers for the failures that it throws.
     *
     * @throws ExceptionGroup with the exceptions from handlers and the unhandled failures; an {@link ErrorGroup} when
     *     one of them is an {@link Error}
     */
    public <X extends Exception> void run(Block<X> body) throws X {
        Objects.requireNonNull(body, "body");
        try {
            body.run();
        } catch (Throwable thrown) { // handled() returns the failure to rethrow
            Unchecked.rethrow(handled(thrown));
        }
    }

    /** Like {@link #run}, returns the value, or {@code otherwise} if the body failed and all failures were handled. */
    public <T extends @Nullable Object, X extends Exception> T call(T otherwise, ValueBlock<T, X> body) throws X {
        Objects.requireNonNull(body, "body");
        try {
            return body.call();
        } catch (Throwable thrown) { // handled() returns the failure to rethrow
            Unchecked.rethrow(handled(thrown));
            return otherwise;
        }
    }

    /** Runs the handlers. Returns the failure to rethrow, or null. */
    private @Nullable Throwable handled(Throwable thrown) {
        List<Throwable> raised = new ArrayList<>();
        Throwable rest = thrown;
        for (Clause clause : clauses) {
            if (rest == null) {
                break;
            }
            FailureGroup taken;
            if (rest instanceof FailureGroup group) {
                FailureGroup left = FailureGroupSupport.filtered(group, clause.takes, false);
                taken = FailureGroupSupport.filtered(group, clause.takes, true);
                rest = left == null ? null : left.asThrowable();
            } else if (clause.takes.test(rest)) {
                taken = FailureGroupSupport.of("one failure", List.of(rest), null);
                rest = null;
            } else {
                taken = null;
            }
            if (taken != null) {
                handle(clause.handler, taken, raised);
            }
        }
        return combined(raised, rest);
    }

    private static void handle(FailureHandler<FailureGroup> handler, FailureGroup taken, List<Throwable> raised) {
        try {
            handler.handle(taken);
        } catch (Throwable again) { // it is thrown together with the rest
            if (again != taken && !FailureGroupSupport.anyMatch(taken, member -> member == again)) {
                again.addSuppressed(taken.asThrowable());
            }
            raised.add(again);
        }
    }

    private static @Nullable Throwable combined(List<Throwable> raised, @Nullable Throwable rest) {
        if (raised.isEmpty()) {
            return rest;
        }
        if (rest == null && raised.size() == 1 && isCompleteByItself(raised.get(0))) {
            return raised.get(0);
        }
        List<Throwable> members = new ArrayList<>(raised);
        if (rest != null) {
            members.add(rest);
        }
        return FailureGroupSupport.of("failures of handlers, and what they did not handle", members, null)
                .asThrowable();
    }

    private static boolean isCompleteByItself(Throwable raised) {
        return raised instanceof FailureGroup || raised instanceof Cancelled;
    }
}
