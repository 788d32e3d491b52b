package io.anyio.internal;

/** A wait of no task, to be ended from any thread: the state machine of {@link Wait} by itself. */
public final class LooseWait {
    private final Wait trunk = Wait.of(null, "loose");
    private final Wait[] branches = {trunk.branch(0), trunk.branch(1)};

    public boolean resume(int branch) {
        return branches[branch].resume();
    }

    public boolean isResumed(int branch) {
        return branches[branch].isResumed();
    }

    public void abort() {
        trunk.abort();
    }

    public boolean isPending() {
        return trunk.isPending();
    }
}
