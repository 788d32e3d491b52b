package io.anyio.explorer;

import java.util.LinkedHashMap;
import java.util.Map;

/** The common view of locks, semaphores and limiters: places that tasks take, and pass on in the order of arrival. */
interface AcquirableView {
    void acquire();

    void acquireNow();

    void release();

    /** Returns the number of waiting tasks. */
    int waiting();

    /** Returns the number of places that are taken. */
    int taken();

    /** Creates a view with a number of places. */
    interface Factory {
        AcquirableView make(ScenarioContext ctx, int places);
    }

    /** A view made of five pieces of code. */
    record Of(Runnable acquirer, Runnable nowAcquirer, Runnable releaser, Count waiters, Count holders)
            implements AcquirableView {
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
        Map<String, Factory> views = new LinkedHashMap<>();
        views.put("Lock", (ctx, _) -> lock(ctx, false));
        views.put("Lock.fast", (ctx, _) -> lock(ctx, true));
        views.put("Semaphore", (ctx, places) -> semaphore(ctx, places, false));
        views.put("Semaphore.fast", (ctx, places) -> semaphore(ctx, places, true));
        views.put("CapacityLimiter", AcquirableView::limiter);
        views.put("Condition's lock", (ctx, _) -> {
            var condition = ctx.condition();
            return new Of(
                    condition::acquire,
                    condition::acquireNow,
                    condition::release,
                    () -> condition.statistics().lockStatistics().tasksWaiting(),
                    () -> condition.isLocked() ? 1 : 0);
        });
        return views;
    }

    /** The views that can have more than one place. */
    static Map<String, Factory> wide() {
        Map<String, Factory> views = single();
        views.keySet().removeIf(name -> name.startsWith("Lock") || name.startsWith("Condition"));
        return views;
    }

    private static AcquirableView lock(ScenarioContext ctx, boolean fast) {
        var lock = ctx.lock(fast);
        return new Of(
                lock::acquire,
                lock::acquireNow,
                lock::release,
                () -> lock.statistics().tasksWaiting(),
                () -> lock.isLocked() ? 1 : 0);
    }

    private static AcquirableView semaphore(ScenarioContext ctx, int places, boolean fast) {
        var semaphore = ctx.semaphore(places, fast);
        return new Of(
                semaphore::acquire,
                semaphore::acquireNow,
                semaphore::release,
                () -> semaphore.statistics().tasksWaiting(),
                () -> places - semaphore.value());
    }

    private static AcquirableView limiter(ScenarioContext ctx, int places) {
        var limiter = ctx.limiter(places);
        return new Of(
                limiter::acquire,
                limiter::acquireNow,
                limiter::release,
                () -> limiter.statistics().tasksWaiting(),
                limiter::borrowedTokens);
    }
}
