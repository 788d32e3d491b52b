package io.anyio.explorer.interleave;

/** One thread under the control of an {@link Interleaving}: it runs only while it is the current one. */
abstract class ControlledThread {
    /** Whether the thread can continue. */
    enum State {
        NEW,
        RUNNABLE,
        PARKED,
        ENDED
    }

    private final Interleaving in;
    private final String name;
    final int index;
    final StoreBuffer stores = new StoreBuffer();

    // written by the current thread
    State state = State.NEW;
    boolean permit; // of the modelled park() and unpark()
    long wakeAt = Interleaving.NEVER; // of a park with a time
    long priority;

    ControlledThread(Interleaving in, String name, int index) {
        this.in = in;
        this.name = name;
        this.index = index;
    }

    final String name() {
        return name;
    }

    /** The thread, not started. */
    abstract Thread javaThread();

    /** Starts the thread; the code begins when this thread becomes the current one. */
    final void start() {
        state = State.RUNNABLE;
        javaThread().start();
    }

    /** Waits until woken, or until this time. */
    final void parkUntil(long time) {
        state = State.PARKED;
        wakeAt = time;
    }

    /** Makes it runnable, if it is parked. */
    final void wake() {
        if (state == State.PARKED) {
            state = State.RUNNABLE;
            wakeAt = Interleaving.NEVER;
        }
    }

    /** Lets {@code next} run, and waits until this thread is the current one again. Called by this thread. */
    abstract void giveWay(ControlledThread next);

    /** Lets this thread run while nothing of it is on the caller's stack. */
    abstract void go();

    /** The body of the thread. */
    final void run(Runnable code) {
        try {
            code.run();
        } catch (ExplorationAborted _) {
            // the exploration is over
        } catch (Throwable failure) { // whatever leaves a thread is a finding
            in.fail(failure);
        }
        in.ended(this);
    }

    @Override
    public String toString() {
        return name;
    }
}
