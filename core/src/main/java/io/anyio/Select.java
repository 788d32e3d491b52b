package io.anyio;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Waits for the first of several things: items to receive, room to send, events, values, a time-out. Of those that do
 * not come first nothing is lost: a send that is not chosen has sent nothing, a receive has taken nothing.
 *
 * <p>AnyIO has no counterpart; Go's {@code select} and Kotlin's are close.
 *
 * <pre>{@code
 * String what = Select.first(
 *         stop.onSet().then(_ -> "told to stop"),
 *         inbox.onReceive().then(item -> "got " + item),
 *         Select.after(Duration.ofSeconds(1)).then(_ -> "nothing for a second"));
 * }</pre>
 *
 * <p>Exactly one clause is chosen. A clause whose call would throw, such as a receive from a stream that has ended, can
 * be chosen too, and then the select throws what the call throws. The choice is one step: no other task, on this loop
 * or another, sees two clauses chosen or an item on the way.
 *
 * <p>For tasks only. A select is a checkpoint before anything is done, as {@code receive} is: it throws
 * {@link Cancelled} in a cancelled scope, and then nothing was taken. A select whose choice has been made returns it,
 * even if the task is cancelled before it runs again.
 */
public final class Select {
    /*
     * The critical sections of all clauses are entered together, in one order for all selects, and left together. Inside,
     * this select stands in no queue yet, so nobody can choose for it: what can be taken is taken by claiming the other
     * side alone. Two selects that meet never have to be claimed both at once, and nobody has to try again.
     */

    private Select() {}

    /**
     * Waits for one of these. When several are ready at once, the one that is listed first is chosen: list them by
     * importance. A checkpoint; when one is ready at once, it lets others run when the slice is used up.
     *
     * @throws Cancelled in a cancelled scope
     * @throws NoEventLoopException when not called by a task
     * @throws IllegalArgumentException without clauses
     */
    @SafeVarargs
    @SuppressWarnings("varargs") // List.of only reads them
    public static <R extends @Nullable Object> R first(SelectClause<? extends R>... clauses) {
        return first(List.of(clauses));
    }

    /** {@link #first(SelectClause...)} for a list. */
    public static <R extends @Nullable Object> R first(List<? extends SelectClause<? extends R>> clauses) {
        return select(clauses, 0);
    }

    /**
     * {@link #first(SelectClause...)} without favourites: when several are ready at once, each is chosen as often as
     * the others in the long run. The search begins at another clause each time, in turn, so a simulation replays it.
     */
    @SafeVarargs
    @SuppressWarnings("varargs") // List.of only reads them
    public static <R extends @Nullable Object> R fair(SelectClause<? extends R>... clauses) {
        return fair(List.of(clauses));
    }

    /** {@link #fair(SelectClause...)} for a list. */
    public static <R extends @Nullable Object> R fair(List<? extends SelectClause<? extends R>> clauses) {
        Task task = Task.require("select");
        return select(clauses, clauses.isEmpty() ? 0 : Math.floorMod(task.loop().nextSelect(), clauses.size()));
    }

    /** Comes after {@code delay}; at once for none or less, so that it stands for "otherwise" as the last clause. */
    @SuppressWarnings("NullAway") // which forgets the annotation on Void in a lambda
    public static SelectClause<@Nullable Void> after(Duration delay) {
        long nanos = Deadline.nanosOf(delay);
        return branch ->
                new Alarm(branch, Deadline.saturatingAdd(branch.task().run().now(), nanos));
    }

    /** Comes at {@code deadline}. */
    @SuppressWarnings("NullAway") // which forgets the annotation on Void in a lambda
    public static SelectClause<@Nullable Void> at(Deadline deadline) {
        long time = deadline.nanos();
        return branch -> new Alarm(branch, time);
    }

    private static <R extends @Nullable Object> R select(List<? extends SelectClause<? extends R>> clauses, int start) {
        if (clauses.isEmpty()) {
            throw new IllegalArgumentException("A select needs at least one clause; without any it would wait forever");
        }
        Checkpoints.fast("select");
        return new Selection<R>(clauses, start).run();
    }

    /** A time-out in one select. */
    private static final class Alarm extends Deadlines.Timer implements SelectClause.Attempt<@Nullable Void> {
        private final Suspension branch;
        private final long time;

        Alarm(Suspension branch, long time) {
            this.branch = branch;
            this.time = time;
        }

        @Override
        boolean decide(long now) {
            return true;
        }

        @Override
        void fire() {
            branch.resume();
        }

        @Override
        public @Nullable WaitQueue section() {
            return null;
        }

        @Override
        public boolean take() {
            return time <= branch.task().run().now();
        }

        @Override
        public void enlist() {
            if (time != Long.MAX_VALUE) {
                branch.task().loop().schedule(this, time);
            }
        }

        @Override
        public void settle() {
            branch.task().loop().deadlines().remove(this);
        }

        @Override
        public @Nullable Void result() {
            return null;
        }
    }
}
