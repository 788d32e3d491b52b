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
final class CancelTriggers {
    private CancelTriggers() {}

    static Map<String, CancelTrigger.Factory> all() {
        Map<String, CancelTrigger.Factory> triggers = new LinkedHashMap<>();
        triggers.put("its scope", ctx -> new InScope(ctx, 0));
        triggers.put("a scope two levels out", ctx -> new InScope(ctx, 2));
        triggers.put("its scope, which is shielded", ShieldedScope::new);
        triggers.put("its handle", ByHandle::new);
        triggers.put("its group", ctx -> new ByGroup(ctx, false));
        triggers.put("a scope around its group", ScopeAroundGroup::new);
        triggers.put("a group two levels up", ctx -> new ByGroup(ctx, true));
        triggers.put("a lowered shield", LoweredShield::new);
        triggers.put("a deadline moved into the past", ctx -> new ByDeadline(ctx, true));
        triggers.put("a deadline that expires", ctx -> new ByDeadline(ctx, false));
        triggers.put("a sibling that fails", ctx -> new ByFailure(ctx, false));
        triggers.put("the body of its group that fails", ctx -> new ByFailure(ctx, true));
        return triggers;
    }

    private static class InScope extends CancelTrigger {
        final ScenarioContext ctx;
        final CancelScope scope = CancelScope.create();
        private final int depth;

        InScope(ScenarioContext ctx, int depth) {
            this(ctx, depth, true);
        }

        InScope(ScenarioContext ctx, int depth, boolean instant) {
            super(instant);
            this.ctx = ctx;
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
                ctx.expect(!around.cancelledCaught(), "a scope that was not cancelled caught a cancellation");
            }
        }

        @Override
        void cancel() {
            scope.cancel("enough");
        }

        @Override
        void check(boolean caught) {
            ctx.equal(scope.cancelledCaught(), caught, "whether the scope caught a cancellation");
        }
    }

    private static final class ShieldedScope extends InScope {
        ShieldedScope(ScenarioContext ctx) {
            super(ctx, 0);
            scope.setShield(true);
        }
    }

    private static final class ByHandle extends CancelTrigger {
        private final ScenarioContext ctx;
        private @Nullable TaskHandle<?> handle;
        private boolean asked;

        ByHandle(ScenarioContext ctx) {
            super(true);
            this.ctx = ctx;
        }

        @Override
        void host(Block<RuntimeException> body) {
            TaskGroup.run(group -> {
                handle = ctx.go(group, "waiter", body);
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
                ctx.equal(
                        handle.status(),
                        caught ? TaskHandle.Status.CANCELLED : TaskHandle.Status.FINISHED,
                        "the status of the handle");
            }
        }
    }

    private static final class ByGroup extends CancelTrigger {
        private final ScenarioContext ctx;
        private final boolean deep;
        private final CancelScope between = CancelScope.create();
        private @Nullable TaskGroup group;
        private boolean asked;

        ByGroup(ScenarioContext ctx, boolean deep) {
            super(true);
            this.ctx = ctx;
            this.deep = deep;
        }

        @Override
        void host(Block<RuntimeException> body) {
            TaskGroup.run(mine -> {
                group = mine;
                ctx.go(mine, "member", () -> {
                    if (deep) {
                        between.run(() -> TaskGroup.run(inner -> ctx.go(inner, "waiter", body)));
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
            ctx.expect(!between.cancelledCaught(), "a scope that was not cancelled caught a cancellation");
        }
    }

    private static final class ScopeAroundGroup extends InScope {
        ScopeAroundGroup(ScenarioContext ctx) {
            super(ctx, 0);
        }

        @Override
        void host(Block<RuntimeException> body) {
            scope.run(() -> TaskGroup.run(group -> {
                ctx.go(group, "waiter", body);
                if (ctx.flip()) {
                    CancelScope.shielded(AnyIO::checkpoint); // a shield of the host is none for its children
                }
            }));
        }
    }

    private static final class LoweredShield extends InScope {
        private final CancelScope shield = CancelScope.create();

        LoweredShield(ScenarioContext ctx) {
            super(ctx, 0);
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

        ByDeadline(ScenarioContext ctx, boolean past) {
            super(ctx, ctx.pick(2), past);
            this.past = past;
            scope.setDeadline(ctx.at(1_000_000));
        }

        @Override
        void cancel() {
            if (past) {
                scope.setDeadline(ctx.at(-1));
            } else {
                scope.setDeadline(AnyIO.currentTime().plus(ScenarioContext.ms(1)));
                CancelScope.shielded(() -> AnyIO.sleep(ScenarioContext.ms(2)));
            }
        }
    }

    private static final class ByFailure extends CancelTrigger {
        private final ScenarioContext ctx;
        private final boolean byBody;
        private final io.anyio.sync.Event asked;
        private boolean failed;

        ByFailure(ScenarioContext ctx, boolean byBody) {
            super(false);
            this.ctx = ctx;
            this.byBody = byBody;
            this.asked = ctx.event();
        }

        @Override
        void host(Block<RuntimeException> body) {
            var ended = CancelScope.create();
            try {
                TaskGroup.run(group -> {
                    ctx.go(group, "waiter", () -> {
                        body.run();
                        ended.cancel(); // the failure is no longer needed
                        group.cancel();
                    });
                    if (byBody) {
                        fail();
                    } else {
                        ctx.go(group, "failing", this::fail);
                    }
                });
            } catch (ExceptionGroup failures) {
                ctx.expect(failed && failures.exceptions().size() == 1, "not one failure but " + failures.exceptions());
                ctx.equal(failures.exceptions().get(0).getMessage(), "on purpose", "the failure");
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
            CancelScope.shielded(() -> ScenarioContext.settle());
        }
    }
}
