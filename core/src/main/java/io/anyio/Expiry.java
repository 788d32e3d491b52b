package io.anyio;

/** The deadline of one {@link CancelScope} in the heap of its task's loop: cancels the scope when it is met. */
final class Expiry extends Deadlines.Timer {
    /*
     * Made when a deadline is armed for the first time: most scopes never have one. Several threads may move a deadline at
     * once: each arms for what it reads and reads again behind it, so that whoever comes last leaves the timer where the
     * deadline is.
     */

    private final CancelScope scope;

    private Expiry(CancelScope scope) {
        this.scope = scope;
    }

    /**
     * Puts the timer to where the deadline of an entered scope is, or cancels the scope when it is past. Any thread.
     */
    static void arm(CancelScope scope, Task host, long now) {
        Deadline armed;
        do {
            armed = scope.deadline();
            if (scope.cancelCalled()) {
                return;
            }
            if (now >= armed.nanos()) {
                scope.cancelWith(StopRequest.causeAt(scope, armed));
                return;
            }
            if (armed.equals(Deadline.NEVER)) {
                disarm(scope, host);
            } else {
                host.loop().schedule(of(scope), armed.nanos());
            }
        } while (!armed.equals(
                scope.deadline())); // moved by another thread, whose arming may have come before this one
    }

    /** Takes the timer out, if there is one. Any thread. */
    static void disarm(CancelScope scope, Task host) {
        Expiry timer = scope.expiry();
        if (timer != null) {
            host.loop().deadlines().remove(timer);
        }
    }

    private static Expiry of(CancelScope scope) {
        Expiry timer = scope.expiry();
        return timer == null ? scope.expiryOr(new Expiry(scope)) : timer;
    }

    @Override
    void fire() {
        Task host = scope.host();
        Deadline due = scope.deadline();
        if (host != null && host.run().now() >= due.nanos()) { // else it was left or the deadline moved
            scope.cancelWith(StopRequest.causeAt(scope, due));
        }
    }
}
