package io.anyio;

/** A timer that resumes one wait. */
final class Alarm extends TimerHeap.Timer {
    private final Suspension wait;

    Alarm(Suspension wait) {
        this.wait = wait;
    }

    void set(long time) {
        wait.task().loop().schedule(this, time);
    }

    /** Cancels the alarm, if it is set and has not fired. */
    void clear() {
        wait.task().loop().deadlines().remove(this);
    }

    @Override
    boolean decide(long now) {
        return true; // a scope that was entered before and expires at the same time comes first
    }

    @Override
    void fire() {
        wait.resume();
    }
}
