package io.anyio.explorer;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The rules of cancellation in their simplest form. A run tells the model each step in the order in which it happens;
 * the model decides what must come of it.
 *
 * <p>What comes out of a block is written as its shape: nothing is {@code ""}, a cancellation {@code "C"}, a failure
 * its message, a group the list of its members.
 */
final class Model {
    /*
     * Nothing here is clever. A task is cancelled when a scope around it, up to the first shield, is; that is looked up anew
     * each time. A wait is pending until it is resumed or aborted, whichever comes first. Timers fire in the order of their
     * times, those of one time in the order in which they were set.
     *
     * The one thing that a run cannot tell: when a task that was cancelled in start(), or while its group ends, gets to run,
     * it cancels its child, or its group, unseen. Until the clock moves, `maybe` stands for that, and both outcomes are good.
     *
     * And on several loops: each fires its own timers. A task of one may resume a wait on another at the very time of its
     * deadline and before that is met; `outrun` stands for that.
     */

    static final String NOTHING = "";
    static final String CANCELLED = "C";
    static final String TIMED_OUT = "T";
    static final String NO_REPORT = "S";
    static final String LOOK = "checkpointIfCancelled";
    static final long NEVER = Long.MAX_VALUE;

    enum Answer {
        YES,
        NO,
        MAYBE
    }

    enum State {
        PENDING,
        RESUMED,
        ABORTED
    }

    /** A scope, also of a group or a task. */
    static final class Scope {
        final String name;

        @Nullable
        Scope parent;

        boolean active;
        boolean cancelled;
        boolean byDeadline;
        boolean maybe; // its task, which was cancelled, cancels it as soon as it runs
        boolean perhaps; // as maybe, if its task was cancelled
        boolean shield;
        boolean caught;
        long deadline = NEVER;

        @Nullable
        Timer timer;

        Scope(String name) {
            this.name = name;
        }
    }

    static final class Group {
        final Scope scope;
        int children;
        final List<String> failures = new ArrayList<>();
        String outcome = NOTHING;

        Group(Scope scope) {
            this.scope = scope;
        }
    }

    static final class Task {
        final String name;
        final Scope base;
        Scope scope;
        final @Nullable Group group;
        final @Nullable Wait gate; // of start(): the wait of its caller
        boolean reported;
        boolean left;
        boolean ended;
        boolean throwing; // about to throw a cancellation, after others have run
        String outward = NOTHING;

        @Nullable
        Wait wait;

        @Nullable
        Scope waitedIn; // the innermost scope of its last wait

        final List<Wait> joiners = new ArrayList<>();

        Task(String name, Scope base, @Nullable Group group, @Nullable Wait gate) {
            this.name = name;
            this.base = base;
            this.scope = base;
            this.group = group;
            this.gate = gate;
        }
    }

    /** A wait; {@code end} says what an abort brings about. */
    static final class Wait {
        final Task task;
        State state = State.PENDING;
        boolean unsure;
        boolean shielded;
        boolean byTimer; // aborted by a deadline, at this time
        boolean outrun; // and then resumed, still at this time
        final Runnable onAbort;
        String result = NOTHING;

        @Nullable
        Scope reach; // cancelled by the task when this wait was aborted

        @Nullable
        Timer timer;

        Wait(Task task, Runnable onAbort) {
            this.task = task;
            this.onAbort = onAbort;
        }
    }

    record Timer(long time, long order, Runnable fire) {}

    /** What the run did is not what it must do. */
    static final class Mismatch extends AssertionError {
        private static final long serialVersionUID = 1L;

        Mismatch(String message) {
            super(message);
        }
    }

    /** The model cannot tell, because of a {@code maybe} or of a shield raised for a task that is about to throw. */
    static final class Undecided extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Undecided() {
            super("undecided", null, false, false);
        }
    }

    private final boolean severalLoops;
    private final List<Task> live = new ArrayList<>();
    private final List<Timer> timers = new ArrayList<>();
    private final Map<Integer, List<Wait>> waiting = new HashMap<>();
    private long now;
    private long order;
    private boolean firing;
    private @Nullable Task acting; // who takes the step

    Model(boolean severalLoops) {
        this.severalLoops = severalLoops;
    }

    // ---- time ----

    /** The clock of the run stands at {@code time}: fires what is due. */
    void clock(long time) {
        if (time == now) {
            spread();
            return;
        }
        while (settle()) {
            deliver();
        }
        for (Task task : live) {
            Wait wait = task.wait;
            if (wait == null || wait.state != State.PENDING) {
                throw new Mismatch("The clock went from " + now + " to " + time + " while " + task.name
                        + (wait == null ? " was ready" : " was " + wait.state + " and did not run"));
            }
        }
        while (true) {
            Timer first = null;
            for (Timer timer : timers) {
                if (timer.time <= time
                        && (first == null
                                || timer.time < first.time
                                || (timer.time == first.time && timer.order < first.order))) {
                    first = timer;
                }
            }
            if (first == null) {
                now = time;
                spread();
                return;
            }
            now = first.time;
            timers.remove(first);
            firing = true;
            first.fire.run();
            firing = false;
        }
    }

    /** All tasks have run: what was open is decided. */
    private boolean settle() {
        boolean settled = false;
        for (Task task : live) {
            settled |= settle(task.base);
            settled |= task.group != null && settle(task.group.scope);
        }
        return settled;
    }

    private static boolean settle(Scope scope) {
        boolean settled = scope.maybe;
        scope.cancelled |= settled;
        scope.maybe = false;
        scope.perhaps = false;
        return settled;
    }

    /** What is open for a task that waits is open for those that it would cancel. */
    private void spread() {
        for (boolean again = true; again; ) {
            again = false;
            for (Task task : live) {
                Wait wait = task.wait;
                Scope reach = wait == null || wait.state != State.PENDING || wait.shielded ? null : wait.reach;
                if (reach != null && !reach.perhaps && cancelled(task.scope) == Answer.MAYBE) {
                    reach.perhaps = true;
                    again = true;
                }
            }
        }
    }

    private Timer timer(long time, Runnable fire) {
        var timer = new Timer(time, order++, fire);
        timers.add(timer);
        return timer;
    }

    long now() {
        return now;
    }

    // ---- who is cancelled ----

    static Answer cancelled(@Nullable Scope scope) {
        Answer answer = Answer.NO;
        for (Scope at = scope; at != null; at = at.shield ? null : at.parent) {
            if (at.cancelled) {
                return Answer.YES;
            }
            answer = at.maybe || at.perhaps ? Answer.MAYBE : answer;
        }
        return answer;
    }

    /** What the run says is the nearest deadline. */
    void looked(Task task, long deadline) {
        long nearest = NEVER;
        for (Scope at = task.scope; at != null; at = at.shield ? null : at.parent) {
            if (at.maybe || at.perhaps) {
                return;
            }
            nearest = at.cancelled ? Long.MIN_VALUE : Math.min(nearest, at.deadline);
        }
        if (deadline != nearest) {
            throw new Mismatch(task.name + ": the effective deadline is " + deadline + " instead of " + nearest);
        }
    }

    private static boolean decided(Answer answer) {
        if (answer == Answer.MAYBE) {
            throw new Undecided();
        }
        return answer == Answer.YES;
    }

    /** What follows is done by this task. */
    void acts(Task task) {
        acting = task;
    }

    void cancel(Scope scope) {
        if (!scope.cancelled) {
            scope.cancelled = true;
            Task by = acting;
            if (by != null && !firing && isBelow(by.scope, scope, false)) {
                waited(by);
            }
            deliver();
        }
    }

    private void deliver() {
        for (boolean again = true; again; ) {
            again = false;
            for (Task task : live) {
                Wait wait = task.wait;
                if (wait != null
                        && wait.state == State.PENDING
                        && !wait.shielded
                        && cancelled(task.scope) == Answer.YES) {
                    wait.state = State.ABORTED;
                    wait.byTimer = firing;
                    wait.onAbort.run();
                    again = true;
                }
            }
        }
    }

    void resume(Wait wait) {
        if (wait.state == State.PENDING) {
            wait.unsure = !wait.shielded && cancelled(wait.task.scope) == Answer.MAYBE;
            wait.state = State.RESUMED;
        } else if (severalLoops && wait.byTimer) { // it runs before the clock moves
            wait.outrun = true;
        }
    }

    // ---- checkpoints and waits ----

    /** A checkpoint was passed at this moment. */
    void checked(Task task, String what, boolean threw) {
        Answer answer = cancelled(task.scope);
        if (threw ? answer == Answer.NO : answer == Answer.YES) {
            throw new Mismatch(task.name + ": " + what + (threw ? " threw" : " did not throw")
                    + " Cancelled, but cancelled is " + answer);
        }
    }

    /** Begins to wait, or gives null when it must throw at once. */
    @Nullable
    Wait await(Task task, Runnable onAbort) {
        if (decided(cancelled(task.scope))) {
            task.throwing = true;
            return null;
        }
        var wait = new Wait(task, onAbort);
        task.wait = wait;
        return wait;
    }

    void alarm(Wait wait, long after) {
        wait.timer = timer(now + after, () -> resume(wait));
    }

    void join(Wait wait, Task awaited) {
        awaited.joiners.add(wait);
    }

    void queue(Wait wait, int event) {
        waiting.computeIfAbsent(event, _ -> new ArrayList<>()).add(wait);
    }

    void set(int event) {
        waiting.getOrDefault(event, List.of()).forEach(this::resume);
        waiting.remove(event);
    }

    /** The task has waited, or let others run. */
    void waited(Task task) {
        task.waitedIn = task.scope;
    }

    /** A wait has ended; null was one that must throw at once. */
    void awaited(Task task, String what, @Nullable Wait wait, boolean threw) {
        task.wait = null;
        task.throwing = false;
        if (threw || !what.equals(LOOK)) {
            waited(task);
        }
        if (wait == null) {
            checked(task, what, threw);
            return;
        }
        timers.remove(wait.timer);
        if (wait.outrun && !threw) {
            throw new Undecided(); // its deadline is still to be met
        }
        boolean good = switch (wait.state) {
            case RESUMED -> !threw || wait.unsure;
            case ABORTED -> threw;
            case PENDING -> threw && cancelled(task.scope) == Answer.MAYBE;
        };
        if (!good) {
            throw new Mismatch(task.name + ": " + what + (threw ? " threw Cancelled" : " returned")
                    + ", but the wait is " + wait.state);
        }
    }

    // ---- scopes ----

    void enter(Task task, Scope scope) {
        acts(task);
        scope.parent = task.scope;
        scope.active = true;
        task.scope = scope;
        arm(scope);
    }

    void deadline(Scope scope, long time) {
        scope.deadline = time;
        if (scope.active) {
            arm(scope);
        }
    }

    private void arm(Scope scope) {
        if (scope.cancelled) {
            return;
        }
        timers.remove(scope.timer);
        if (scope.deadline <= now) {
            expire(scope);
        } else if (scope.deadline != NEVER) {
            scope.timer = timer(scope.deadline, () -> expire(scope));
        }
    }

    private void expire(Scope scope) {
        scope.byDeadline = !scope.cancelled;
        cancel(scope);
    }

    void shield(Scope scope, boolean raised) {
        scope.shield = raised;
        for (Task task : live) {
            if (task.throwing && cancelled(task.scope) != Answer.YES) {
                throw new Undecided(); // it looks again, and waits or throws by what it sees then
            }
        }
        deliver();
    }

    /** Leaves a scope with what its body threw; gives what must come out. */
    String leave(Task task, Scope scope, String thrown) {
        scope.active = false;
        timers.remove(scope.timer);
        if (scope.parent != null) {
            task.scope = scope.parent;
        }
        return filter(scope, thrown);
    }

    private String filter(Scope scope, String thrown) {
        if (!thrown.equals(CANCELLED)) {
            return thrown;
        }
        if (scope.maybe || scope.perhaps) {
            throw new Undecided();
        }
        if (!scope.cancelled || (!scope.shield && decided(cancelled(scope.parent)))) {
            return thrown;
        }
        scope.caught = true;
        return NOTHING;
    }

    // ---- tasks and groups ----

    Task spawn(String name, @Nullable Group group, @Nullable Wait gate) {
        var base = new Scope(name);
        base.active = true;
        base.parent = group == null ? null : group.scope;
        var task = new Task(name, base, group, gate);
        live.add(task);
        if (group != null) {
            group.children++;
        }
        return task;
    }

    /** The task in start() says that it is ready. */
    void report(Task task) {
        Wait gate = task.gate;
        if (gate == null || task.left) {
            return;
        }
        if (gate.state == State.PENDING) {
            decided(cancelled(gate.task.scope));
            task.reported = true;
            task.base.shield = false;
            resume(gate);
            deliver();
        } else if (gate.state == State.ABORTED) {
            task.left = true;
        }
    }

    /** A task is started by one that waits for its report. */
    Task start(Task caller, String name, Group group) {
        Task[] child = new Task[1];
        var gate = new Wait(caller, () -> abandoned(caller, child[0], false));
        child[0] = spawn(name, group, gate);
        gate.reach = child[0].base;
        boolean callers = decided(cancelled(caller.scope));
        child[0].base.shield = !callers && startsOutOfReach(caller, group.scope);
        if (callers) {
            gate.state = State.ABORTED;
            abandoned(caller, child[0], true);
        } else {
            caller.wait = gate;
        }
        return child[0];
    }

    /** Whether the group was cancelled, but not so that the caller could learn of it in its last wait. */
    private boolean startsOutOfReach(Task caller, Scope group) {
        Answer answer = cancelled(group);
        if (answer == Answer.NO) {
            return false;
        }
        if (answer == Answer.MAYBE || severalLoops) { // where a wait may be over before it has begun
            throw new Undecided();
        }
        Scope last = caller.waitedIn;
        if (last != null && isBelow(last, group, false)) {
            return !isBelow(last, group, true);
        }
        return !isBelow(caller.scope, group, false);
    }

    private static boolean isBelow(Scope scope, Scope top, boolean outsideOfShields) {
        Scope at = scope;
        while (at != null && at != top) {
            at = (outsideOfShields && at.shield) ? null : at.parent;
        }
        return at == top;
    }

    /** The caller was cancelled: it cancels the child, now or when it gets to run, and waits for its end. */
    private void abandoned(Task caller, Task child, boolean now) {
        var end = new Wait(caller, () -> {});
        end.shielded = true;
        caller.wait = end;
        child.joiners.add(end);
        child.left = true;
        if (now) {
            cancel(child.base);
        } else {
            child.base.maybe = !child.base.cancelled;
        }
    }

    /** start() has ended; gives what must come out. */
    String started(Task caller, Task child) {
        caller.wait = null;
        Wait gate = child.gate;
        if (gate == null || gate.state == State.PENDING || (gate.state == State.ABORTED && !child.ended)) {
            throw new Mismatch(caller.name + ": start() ended before " + child.name + " reported or ended");
        }
        waited(caller);
        if (gate.state == State.ABORTED) {
            caller.waitedIn = new Scope("start() waits for the end"); // behind a shield of its own
            caller.waitedIn.shield = true;
            caller.waitedIn.parent = caller.scope;
        }
        return gate.state == State.ABORTED ? CANCELLED : gate.result;
    }

    void end(Task task, String thrown) {
        acts(task);
        task.base.active = false;
        task.scope = task.base;
        task.outward = filter(task.base, thrown);
        boolean callers = task.left;
        Wait gate = task.gate;
        if (gate != null && gate.state == State.PENDING && !task.reported) {
            decided(cancelled(gate.task.scope));
            gate.result = task.outward.isEmpty() ? NO_REPORT : task.outward;
            resume(gate);
            callers = true;
        }
        task.ended = true;
        live.remove(task);
        task.joiners.forEach(this::resume);
        Group group = task.group;
        if (group == null) {
            return;
        }
        if (!task.outward.isEmpty() && !callers) {
            if (!task.outward.equals(CANCELLED)) {
                group.failures.add(task.outward);
            }
            if (cancelled(group.scope) != Answer.YES) {
                cancel(group.scope);
            }
        }
        if (--group.children == 0) {
            live.stream()
                    .filter(host -> host.wait != null && host.scope == group.scope)
                    .filter(host -> host.wait.onAbort instanceof EndOfGroup)
                    .forEach(host -> resume(host.wait));
        }
    }

    /** What is done when the host of a group is cancelled while it waits for the end. */
    interface EndOfGroup extends Runnable {}

    /** The body of a group has ended; the host waits for the children. */
    void ending(Task host, Group group, String thrown) {
        acts(host);
        if (!thrown.isEmpty()) {
            if (thrown.equals(CANCELLED)) {
                group.outcome = CANCELLED;
            } else {
                group.failures.add(thrown);
            }
            cancel(group.scope);
        }
        if (group.children == 0) {
            return;
        }
        EndOfGroup told = () -> {
            group.outcome = CANCELLED;
            var shielded = new Wait(host, (EndOfGroup) () -> {});
            shielded.shielded = true;
            shielded.state = group.children == 0 ? State.RESUMED : State.PENDING;
            host.wait = shielded;
            group.scope.maybe = !group.scope.cancelled;
        };
        if (decided(cancelled(host.scope))) {
            told.run();
            group.scope.maybe = false;
            cancel(group.scope);
        } else {
            host.wait = new Wait(host, told);
            host.wait.reach = group.scope;
        }
    }

    /** A group has ended; gives what must come out. */
    String ended(Task host, Group group) {
        Wait wait = host.wait;
        host.wait = null;
        if (group.children > 0 || (wait != null && wait.state != State.RESUMED)) {
            throw new Mismatch(host.name + " left a group with " + group.children + " live tasks");
        }
        if (wait != null && wait.unsure) {
            throw new Undecided();
        }
        waited(host);
        settle(group.scope);
        return leave(host, group.scope, group.failures.isEmpty() ? group.outcome : group.failures.toString());
    }
}
