package io.anyio.race;

import io.anyio.internal.LooseWait;
import io.anyio.sync.CapacityLimiter;
import io.anyio.sync.Deferred;
import io.anyio.sync.Event;
import io.anyio.sync.Semaphore;
import java.util.stream.Stream;
import org.jetbrains.lincheck.datastructures.Operation;

/** The primitives' calls that never wait, and the state machine of a wait. */
class SyncRaceTest extends LincheckTestBase {
    @Override
    Stream<Class<?>> structures() {
        return Stream.of(Events.class, Semaphores.class, Limiters.class, Deferreds.class, Suspensions.class);
    }

    /** A flag. */
    public static class Events {
        private final Event event = Event.create();

        @Operation
        public void set() {
            event.set();
        }

        @Operation
        public boolean isSet() {
            return event.isSet();
        }
    }

    /** One slot of at most two. */
    public static class Semaphores {
        private final Semaphore semaphore = Semaphore.create(1, 2);

        @Operation
        public void acquireNow() {
            semaphore.acquireNow();
        }

        @Operation
        public void release() {
            semaphore.release();
        }

        @Operation
        public int value() {
            return semaphore.value();
        }
    }

    /** Two borrowers that hold a token, each at one place at a time, and a number of tokens that changes. */
    public static class Limiters {
        private final CapacityLimiter limiter = CapacityLimiter.create(2);

        public Limiters() {
            acquireForOne();
            acquireForOther();
        }

        @Operation(nonParallelGroup = "one")
        public void acquireForOne() {
            limiter.acquireOnBehalfOfNow("one");
        }

        @Operation(nonParallelGroup = "one")
        public void releaseForOne() {
            limiter.releaseOnBehalfOf("one");
        }

        @Operation(nonParallelGroup = "other")
        public void acquireForOther() {
            limiter.acquireOnBehalfOfNow("other");
        }

        @Operation(nonParallelGroup = "other")
        public void releaseForOther() {
            limiter.releaseOnBehalfOf("other");
        }

        @Operation
        public void lower() {
            limiter.setTotalTokens(1);
        }

        @Operation
        public int available() {
            return limiter.availableTokens();
        }
    }

    /** An outcome that is given once. */
    public static class Deferreds {
        private final Deferred<Integer> deferred = Deferred.create();

        @Operation
        public void complete(int value) {
            deferred.complete(value);
        }

        @Operation
        public void fail() {
            deferred.fail(new IllegalStateException("given"));
        }

        @Operation
        public void cancel() {
            deferred.cancel();
        }

        @Operation
        public String status() {
            return deferred.status().name();
        }

        @Operation
        public Integer returnValue() {
            return deferred.returnValue();
        }
    }

    /** A wait in two queues that any thread may end. */
    public static class Suspensions {
        private final LooseWait wait = new LooseWait();

        @Operation
        public boolean resumeHere() {
            return wait.resume(0);
        }

        @Operation
        public boolean resumeThere() {
            return wait.resume(1);
        }

        @Operation
        public void abort() {
            wait.abort();
        }

        @Operation
        public boolean isPending() {
            return wait.isPending();
        }

        @Operation
        public boolean isResumedHere() {
            return wait.isResumed(0);
        }
    }
}
