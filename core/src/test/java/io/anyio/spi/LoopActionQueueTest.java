package io.anyio.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Tests that each requested action runs once after the request, at the end of a drain or by a run of its own. */
class LoopActionQueueTest {
    private final Queue<Runnable> posted = new ArrayDeque<>();
    private final List<String> trail = new ArrayList<>();
    private boolean ended;
    private boolean full;
    private final LoopActionQueue queue = LoopActionQueue.create(this::post, () -> ended);

    private void post(Runnable run) {
        if (full) {
            throw new OutOfMemoryError("expected");
        }
        if (ended) {
            throw new RejectedExecutionException("expected");
        }
        posted.add(run);
    }

    private void runPosted() {
        for (Runnable next = posted.poll(); next != null; next = posted.poll()) {
            next.run();
        }
    }

    private LoopAction action(String name) {
        return action(name, () -> {});
    }

    private LoopAction action(String name, Runnable then) {
        return queue.action(new LoopAction.Handler() {
            @Override
            public void run() {
                trail.add(name);
                then.run();
            }

            @Override
            public void failed(Throwable cause) {
                trail.add(name + " failed: " + cause.getMessage());
            }

            @Override
            public void loopEnded() {
                trail.add(name + " ended");
            }
        });
    }

    @Test
    void requestsOutsideOfADrainLeadToOneRunOfTheLoop() {
        LoopAction one = action("one");
        one.request();
        one.request();
        action("two").request();
        assertThat(posted).hasSize(1);
        assertThat(queue.hasPending()).isTrue();
        runPosted();
        assertThat(trail).containsExactly("one", "two");
        assertThat(queue.hasPending()).isFalse();
    }

    @Test
    void requestsInADrainRunOnceAtItsEndInOrder() {
        LoopAction one = action("one");
        queue.runThenPerform(() -> {
            one.request();
            action("two").request();
            one.request();
            trail.add("drained");
        });
        assertThat(trail).containsExactly("drained", "one", "two");
        assertThat(posted).isEmpty();
    }

    @Test
    void inADrainInsideADrainActionsWaitForTheOuterOne() {
        queue.runThenPerform(() -> {
            queue.runThenPerform(action("one")::request);
            trail.add("drained");
        });
        assertThat(trail).containsExactly("drained", "one");
    }

    @Test
    void aPostedRunInsideADrainLeavesTheActionsToTheDrain() {
        action("one").request();
        queue.runThenPerform(() -> {
            runPosted();
            trail.add("drained");
        });
        assertThat(trail).containsExactly("drained", "one");
    }

    @Test
    void anActionThatIsRequestedWhileItRunsRunsAgain() {
        LoopAction[] self = {null};
        self[0] = action("run", () -> {
            if (trail.size() < 3) {
                self[0].request();
            }
        });
        self[0].request();
        runPosted();
        assertThat(trail).containsExactly("run", "run", "run");
    }

    @Test
    void anActionThatThrowsKeepsNoOtherFromRunning() {
        action("bad", () -> {
                    throw new IllegalStateException("expected");
                })
                .request();
        action("good").request();
        runPosted();
        assertThat(trail).containsExactly("bad", "bad failed: expected", "good");
    }

    @Test
    void aFailingDrainStillHasItsActionsRun() {
        assertThatThrownBy(() -> queue.runThenPerform(() -> {
                    action("one").request();
                    throw new IllegalStateException("expected");
                }))
                .hasMessage("expected");
        assertThat(trail).containsExactly("one");
    }

    @Test
    void anActionCanRunDirectlyAndStaysPending() {
        LoopAction one = action("one");
        one.request();
        one.run();
        assertThat(queue.hasPending()).isTrue();
        runPosted();
        assertThat(trail).containsExactly("one", "one");
    }

    @Test
    void whenTheLoopRefusesWorkTheActionsAreToldThatItHasEnded() {
        ended = true;
        action("one").request();
        assertThat(trail).containsExactly("one ended");
    }

    @Test
    void whenTheLoopHasDroppedItsWorkTheActionsAreToldThatItHasEnded() {
        action("one").request();
        ended = true;
        action("two").request(); // nothing is posted, because a run is
        assertThat(trail).containsExactly("one ended", "two ended");
        posted.clear();
        queue.loopEnded();
        assertThat(trail).hasSize(2);
    }

    @Test
    void whenThereIsNoMemoryForARunTheNextDrainRunsTheActions() {
        full = true;
        assertThatThrownBy(action("one")::request).isInstanceOf(OutOfMemoryError.class);
        full = false;
        queue.runThenPerform(() -> trail.add("drained"));
        assertThat(trail).containsExactly("drained", "one");
    }

    @Test
    void noRequestOfAnotherThreadIsLost() throws InterruptedException {
        var requested = new AtomicInteger();
        var seen = new AtomicInteger();
        var lock = new Object();
        Queue<Runnable> loop = new ArrayDeque<>();
        LoopActionQueue own = LoopActionQueue.create(
                run -> {
                    synchronized (lock) {
                        loop.add(run);
                    }
                },
                () -> false);
        LoopAction action = own.action(new LoopAction.Handler() {
            @Override
            public void run() {
                seen.set(requested.get());
            }

            @Override
            public void failed(Throwable cause) {}

            @Override
            public void loopEnded() {}
        });
        int total = 20_000;
        Thread other = Thread.ofPlatform().daemon().start(() -> {
            for (int i = 0; i < total; i++) {
                requested.incrementAndGet();
                action.request();
            }
        });
        while (seen.get() < total) {
            Runnable next;
            synchronized (lock) {
                next = loop.poll();
            }
            if (next != null) {
                next.run();
            } else if (other.isAlive()) {
                own.runThenPerform(() -> {});
            } else {
                assertThat(seen.get() == total || own.hasPending()).isTrue();
                synchronized (lock) {
                    assertThat(seen.get() == total || !loop.isEmpty()).isTrue();
                }
            }
        }
        other.join();
    }
}
