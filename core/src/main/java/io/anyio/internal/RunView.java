package io.anyio.internal;

import io.anyio.spi.EngineView;

/** The view of a run for its backend. */
record RunView(Run run) implements EngineView {
    @Override
    public boolean isOver() {
        return run.isOver();
    }

    @Override
    public boolean taskRunning() {
        for (TaskLoop loop : run.loops()) {
            if (loop.holder != null) {
                return true;
            }
        }
        return false;
    }

    @Override
    public boolean allSuspended() {
        return run.allSuspended();
    }

    @Override
    public int outsideWork() {
        return run.outsideWork();
    }

    @Override
    public int foreignWaits() {
        return run.foreignWaits();
    }

    @Override
    public int foreignWaitsBegun() {
        return run.foreignWaitsBegun();
    }

    @Override
    public boolean outsideTookPart() {
        return run.outsideTookPart();
    }

    @Override
    public void millisecondGone() {
        for (TaskLoop loop : run.loops()) {
            loop.slice.hurry();
        }
    }

    @Override
    public String describeTasks() {
        var text = new StringBuilder();
        TaskTree.walk(run, (task, _, _, _) -> {
            text.append("  ").append(RootAccess.info(task)).append('\n');
            return true;
        });
        return text.toString();
    }

    @Override
    public void abort(Throwable reason) {
        run.abort(reason);
    }

    @Override
    public void abandon(Throwable reason) {
        run.abandon(reason);
    }
}
