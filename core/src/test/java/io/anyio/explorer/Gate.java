package io.anyio.explorer;

import java.util.LinkedHashMap;
import java.util.Map;

/** What locks, semaphores and limiters have in common: places that tasks take, and pass on in the order of arrival. */
interface Gate {
    void acquire();

    void acquireNow();

    void release();

    /** How many wait. */
    int waiting();

    /** How many places are taken. */
    int taken();

    /** Makes a gate with so many places. */
    interface Factory {
        Gate make(World w, int places);
    }

    /** A gate made of five pieces of code. */
    record Of(Runnable acquirer, Runnable nowAcquirer, Runnable releaser, Count waiters, Count holders)
            implements Gate {
        @Override
        public void acquire() {
            acquirer.run();
        }

        @Override
        public void acquireNow() {
            nowAcquirer.run();
        }

        @Override
        public void release() {
            releaser.run();
        }

        @Override
        public int waiting() {
            return waiters.now();
        }

        @Override
        public int taken() {
            return holders.now();
        }
    }

    /** A number at this moment. */
    interface Count {
        int now();
    }

    static Map<String, Factory> single() {
        Map<String, Factory> gates = new LinkedHashMap<>();
        gates.put("Lock", (w, _) -> lock(w, false));
        gates.put("Lock.fast", (w, _) -> lock(w, true));
        gates.put("Semaphore", (w, places) -> semaphore(w, places, false));
        gates.put("Semaphore.fast", (w, places) -> semaphore(w, places, true));
        gates.put("CapacityLimiter", Gate::limiter);
        gates.put("Condition's lock", (w, _) -> {
            var condition = w.condition();
            return new Of(
                    condition::acquire,
                    condition::acquireNow,
                    condition::release,
                    () -> condition.statistics().lockStatistics().tasksWaiting(),
                    () -> condition.isLocked() ? 1 : 0);
        });
        return gates;
    }

    /** The gates that can have more than one place. */
    static Map<String, Factory> wide() {
        Map<String, Factory> gates = single();
        gates.keySet().removeIf(name -> name.startsWith("Lock") || name.startsWith("Condition"));
        return gates;
    }

    private static Gate lock(World w, boolean fast) {
        var lock = w.lock(fast);
        return new Of(
                lock::acquire,
                lock::acquireNow,
                lock::release,
                () -> lock.statistics().tasksWaiting(),
                () -> lock.isLocked() ? 1 : 0);
    }

    private static Gate semaphore(World w, int places, boolean fast) {
        var semaphore = w.semaphore(places, fast);
        return new Of(
                semaphore::acquire,
                semaphore::acquireNow,
                semaphore::release,
                () -> semaphore.statistics().tasksWaiting(),
                () -> places - semaphore.value());
    }

    private static Gate limiter(World w, int places) {
        var limiter = w.limiter(places);
        return new Of(
                limiter::acquire,
                limiter::acquireNow,
                limiter::release,
                () -> limiter.statistics().tasksWaiting(),
                limiter::borrowedTokens);
    }
}
