package io.anyio.explorer;

import io.anyio.AnyIO;
import io.anyio.Block;
import io.anyio.CancelScope;
import io.anyio.ExceptionGroup;
import io.anyio.TaskGroup;
import io.anyio.TaskHandle;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The ways in which a cancellation can reach a task. */
final class Kinds {
    private Kinds() {}

    static Map<String, Kind.Factory> all() {
        Map<String, Kind.Factory> kinds = new LinkedHashMap<>();
        kinds.put("its scope", w -> new InScope(w, 0));
        kinds.put("a scope two levels out", w -> new InScope(w, 2));
        kinds.put("its scope, which is shielded", ShieldedScope::new);
        kinds.put("its handle", ByHandle::new);
        kinds.put("its group", w -> new ByGroup(w, false));
        kinds.put("a scope around its group", ScopeAroundGroup::new);
        kinds.put("a group two levels up", w -> new ByGroup(w, true));
        kinds.put("a lowered shield", LoweredShield::new);
        kinds.put("a deadline moved into the past", w -> new ByDeadline(w, true));
        kinds.put("a deadline that expires", w -> new ByDeadline(w, false));
        kinds.put("a sibling that fails", w -> new ByFailure(w, false));
        kinds.put("the body of its group that fails", w -> new ByFailure(w, true));
        return kinds;
    }

    private static class InScope extends Kind {
        final World w;
        final CancelScope scope = CancelScope.create();
        private final int depth;

        InScope(World w, int depth) {
            this(w, depth, true);
        }

        InScope(World w, int depth, boolean instant) {
            super(instant);
            this.w = w;
            this.depth = depth;
        }

        @Override
        void host(Block<RuntimeException> body) {
            scope.run(() -> inner(depth, body));
        }

        private void inner(int levels, Block<RuntimeException> body) {
            if (levels == 0) {
                body.run();
                return;
            }
            var around = CancelScope.create();
            try {
                around.run(() -> inner(levels - 1, body));
            } finally {
                w.expect(!around.cancelledCaught(), "a scope that was not cancelled caught a cancellation");
            }
        }

        @Override
        void cancel() {
            scope.cancel("enough");
        }

        @Override
        void check(boolean caught) {
            w.equal(scope.cancelledCaught(), caught, "whether the scope caught a cancellation");
        }
    }

    private static final class ShieldedScope extends InScope {
        ShieldedScope(World w) {
            super(w, 0);
            scope.setShield(true);
        }
    }

    private static final class ByHandle extends Kind {
        private final World w;
        private @Nullable TaskHandle<?> handle;
        private boolean asked;

        ByHandle(World w) {
            super(true);
            this.w = w;
        }

        @Override
        void host(Block<RuntimeException> body) {
            TaskGroup.run(group -> {
                handle = w.go(group, "waiter", body);
                if (asked) {
                    handle.cancel();
                }
            });
        }

        @Override
        void cancel() {
            asked = true;
            if (handle != null) {
                handle.cancel();
            }
        }

        @Override
        void check(boolean caught) {
            if (handle != null) {
                w.equal(
                        handle.status(),
                        caught ? TaskHandle.Status.CANCELLED : TaskHandle.Status.FINISHED,
                        "the status of the handle");
            }
        }
    }

    private static final class ByGroup extends Kind {
        private final World w;
        private final boolean deep;
        private final CancelScope between = CancelScope.create();
        private @Nullable TaskGroup group;
        private boolean asked;

        ByGroup(World w, boolean deep) {
            super(true);
            this.w = w;
            this.deep = deep;
        }

        @Override
        void host(Block<RuntimeException> body) {
            TaskGroup.run(mine -> {
                group = mine;
                w.go(mine, "member", () -> {
                    if (deep) {
                        between.run(() -> TaskGroup.run(inner -> w.go(inner, "waiter", body)));
                    } else {
                        body.run();
                    }
                });
                if (asked) {
                    mine.cancel();
                }
            });
        }

        @Override
        void cancel() {
            asked = true;
            if (group != null) {
                group.cancel("enough");
            }
        }

        @Override
        void check(boolean caught) {
            w.expect(!between.cancelledCaught(), "a scope that was not cancelled caught a cancellation");
        }
    }

    private static final class ScopeAroundGroup extends InScope {
        ScopeAroundGroup(World w) {
            super(w, 0);
        }

        @Override
        void host(Block<RuntimeException> body) {
            scope.run(() -> TaskGroup.run(group -> {
                w.go(group, "waiter", body);
                if (w.flip()) {
                    CancelScope.shielded(AnyIO::checkpoint); // a shield of the host is none for its children
                }
            }));
        }
    }

    private static final class LoweredShield extends InScope {
        private final CancelScope shield = CancelScope.create();

        LoweredShield(World w) {
            super(w, 0);
            scope.cancel("before");
            shield.setShield(true);
        }

        @Override
        void host(Block<RuntimeException> body) {
            scope.run(() -> shield.run(body));
        }

        @Override
        void cancel() {
            shield.setShield(false);
        }
    }

    private static final class ByDeadline extends InScope {
        private final boolean past;

        ByDeadline(World w, boolean past) {
            super(w, w.pick(2), past);
            this.past = past;
            scope.setDeadline(w.at(1_000_000));
        }

        @Override
        void cancel() {
            if (past) {
                scope.setDeadline(w.at(-1));
            } else {
                scope.setDeadline(AnyIO.currentTime().plus(World.ms(1)));
                CancelScope.shielded(() -> AnyIO.sleep(World.ms(2)));
            }
        }
    }

    private static final class ByFailure extends Kind {
        private final World w;
        private final boolean byBody;
        private final io.anyio.sync.Event asked;
        private boolean failed;

        ByFailure(World w, boolean byBody) {
            super(false);
            this.w = w;
            this.byBody = byBody;
            this.asked = w.event();
        }

        @Override
        void host(Block<RuntimeException> body) {
            var ended = CancelScope.create();
            try {
                TaskGroup.run(group -> {
                    w.go(group, "waiter", () -> {
                        body.run();
                        ended.cancel(); // nobody has to fail any more
                        group.cancel();
                    });
                    if (byBody) {
                        fail();
                    } else {
                        w.go(group, "failing", this::fail);
                    }
                });
            } catch (ExceptionGroup failures) {
                w.expect(failed && failures.exceptions().size() == 1, "not one failure but " + failures.exceptions());
                w.equal(failures.exceptions().get(0).getMessage(), "on purpose", "the failure");
            }
        }

        private void fail() {
            asked.await();
            failed = true;
            throw new IllegalArgumentException("on purpose");
        }

        @Override
        void cancel() {
            asked.set();
            CancelScope.shielded(() -> World.settle());
        }
    }
}
