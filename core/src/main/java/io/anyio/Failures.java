package io.anyio;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What to do with the failures that leave a block, of which there may be several at once. AnyIO: Python's
 * {@code except*}, and the recipe that collapses groups of one.
 *
 * <pre>{@code
 * Failures.catching(IOException.class, group -> log("offline: " + group.exceptions()))
 *         .catchingEach(TimedOutException.class, e -> log(e.getMessage()))
 *         .run(() -> TaskGroup.run(group -> { ... }));
 * }</pre>
 *
 * <p>Each handler gets the failures of its type, whether they leave the block alone or as members of groups at any
 * depth; what no handler is for goes on as it is. An earlier handler comes first, and takes its failures away from
 * later ones. A handler is not called without failures, and at most once if it takes groups.
 *
 * <p>A {@link Cancelled} is nobody's: it goes on whatever the types are. What handlers throw leaves as a
 * {@link FailureGroup}, together with the rest. Handlers run in the calling task; they may wait.
 *
 * <p>Immutable, so one set of handlers can be kept and used for many blocks. Nothing here is a checkpoint in itself.
 */
public final class Failures {
    private final List<Clause> clauses;

    /** A handler and what it is for. */
    private record Clause(Predicate<Throwable> takes, FailureHandler<FailureGroup> handler) {}

    private Failures(List<Clause> clauses) {
        this.clauses = clauses;
    }

    /**
     * Runs {@code body}, and throws a failure that left it in a group all by itself without the group: one of this
     * type, or an unchecked one. For code that starts several tasks and wants its callers to see one of their failures
     * as if there had been no group. Several failures, and one of another checked type, stay in their group.
     *
     * @throws X a failure of this type that was alone
     * @throws ExceptionGroup when there were several, or one of another checked type
     * @throws ErrorGroup the same, when an {@link Error} is among it
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

    /** {@link #collapsing(Class, Block)} for a value. */
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

    /** The single failure to throw, if it may be thrown; throws itself what is not of the type. */
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
     * Gives the failures of one type to {@code handler}, as a group with the structure in which they occurred.
     *
     * @throws IllegalArgumentException when the type is one of groups, whose members are looked at anyway, or is
     *     {@link Cancelled}
     */
    public static Failures catching(Class<? extends Throwable> type, FailureHandler<FailureGroup> handler) {
        return new Failures(List.of()).and(type, handler);
    }

    /** Gives each failure of one type to {@code handler}, one after the other. Else as {@link #catching}. */
    public static <F extends Throwable> Failures catchingEach(Class<F> type, FailureHandler<? super F> handler) {
        return new Failures(List.of()).andEach(type, handler);
    }

    /** {@link #catching} for a further type. */
    public Failures and(Class<? extends Throwable> type, FailureHandler<FailureGroup> handler) {
        if (FailureGroup.class.isAssignableFrom(type)) {
            throw new IllegalArgumentException("The members of groups are looked at by themselves; name the type of"
                    + " the members to handle, not " + type.getSimpleName());
        }
        if (type == Cancelled.class) {
            throw new IllegalArgumentException("A cancellation must reach the scope that was cancelled; to clean up,"
                    + " use finally, or catch Cancelled and throw it on");
        }
        List<Clause> more = new ArrayList<>(clauses);
        more.add(new Clause(
                thrown ->
                        type.isInstance(thrown) && !(thrown instanceof FailureGroup) && !(thrown instanceof Cancelled),
                Objects.requireNonNull(handler)));
        return new Failures(List.copyOf(more));
    }

    /** {@link #catchingEach} for a further type. */
    public <F extends Throwable> Failures andEach(Class<F> type, FailureHandler<? super F> handler) {
        Objects.requireNonNull(handler);
        return and(type, group -> each(group, type, handler));
    }

    private static <F extends Throwable> void each(FailureGroup group, Class<F> type, FailureHandler<? super F> handler)
            throws Exception {
        for (Throwable member : FailureGroups.leaves(group)) {
            handler.handle(type.cast(member));
        }
    }

    /**
     * Runs {@code body}, and the handlers for what it throws.
     *
     * @throws ExceptionGroup with what handlers threw and what none was for; an {@link ErrorGroup} when an
     *     {@link Error} is among it
     */
    public <X extends Exception> void run(Block<X> body) throws X {
        Objects.requireNonNull(body, "body");
        try {
            body.run();
        } catch (Throwable thrown) { // handled() gives back what is not for the handlers
            Unchecked.rethrow(handled(thrown));
        }
    }

    /** {@link #run} for a value, or {@code otherwise} when the body failed and handlers took all of it. */
    public <T extends @Nullable Object, X extends Exception> T call(T otherwise, ValueBlock<T, X> body) throws X {
        Objects.requireNonNull(body, "body");
        try {
            return body.call();
        } catch (Throwable thrown) { // handled() gives back what is not for the handlers
            Unchecked.rethrow(handled(thrown));
            return otherwise;
        }
    }

    /** Runs the handlers, and gives what goes on. */
    private @Nullable Throwable handled(Throwable thrown) {
        List<Throwable> raised = new ArrayList<>();
        Throwable rest = thrown;
        for (Clause clause : clauses) {
            if (rest == null) {
                break;
            }
            FailureGroup taken;
            if (rest instanceof FailureGroup group) {
                FailureGroup left = FailureGroups.filtered(group, clause.takes, false);
                taken = FailureGroups.filtered(group, clause.takes, true);
                rest = left == null ? null : left.asThrowable();
            } else if (clause.takes.test(rest)) {
                taken = FailureGroups.of("one failure", List.of(rest), null);
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
        } catch (Throwable again) { // it leaves with the rest
            if (again != taken && !FailureGroups.anyMatch(taken, member -> member == again)) {
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
        return FailureGroups.of("failures of handlers, and what they did not handle", members, null)
                .asThrowable();
    }

    private static boolean isCompleteByItself(Throwable raised) {
        return raised instanceof FailureGroup || raised instanceof Cancelled;
    }
}
