package io.anyio.internal;

/** A timer that resumes one wait. */
public final class Alarm extends TimerHeap.Timer {
    private final Wait wait;

    public Alarm(Wait wait) {
        this.wait = wait;
    }

    public void set(long time) {
        wait.task().loop().schedule(this, time);
    }

    /** Cancels the alarm, if it is set and has not fired. */
    public void clear() {
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
