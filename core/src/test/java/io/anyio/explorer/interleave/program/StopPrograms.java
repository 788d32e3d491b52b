package io.anyio.explorer.interleave.program;

import static io.anyio.explorer.interleave.program.ProgramContext.check;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.StopRequest;
import java.time.Duration;

/** {@link StopRequest}: a request that comes while a task begins to listen, or enters the scope, is not missed. */
final class StopPrograms {
    /** So long that missing the request is a deadlock. */
    private static final Duration NO_END = Duration.ofSeconds(Long.MAX_VALUE);

    private StopPrograms() {}

    static void requestReachesWhoListens(ProgramContext ctx) {
        ctx.run(() -> CancelScope.open(outer -> {
            ctx.thread("asker", () -> outer.cancelAfter(NO_END));
            CancelScope heard = StopRequest.moveOn(AnyIO::sleepForever);
            check(heard.cancelledCaught() && !outer.cancelCalled(), "the request ends what listens");
        }));
    }

    static void requestReachesWhoWaitsForIt(ProgramContext ctx) {
        ctx.run(() -> CancelScope.open(outer -> {
            ctx.thread("asker", () -> outer.cancelAfter(NO_END));
            StopRequest.await();
            check(StopRequest.isPending() && !outer.cancelCalled(), "it was asked, not cancelled");
        }));
    }

    static void requestReachesWhoEnters(ProgramContext ctx) {
        ctx.run(() -> {
            var scope = CancelScope.create();
            ctx.thread("asker", () -> scope.cancelAfter(Duration.ofSeconds(1)));
            scope.run(() -> AnyIO.sleepForever()); // for ever, if the period does not begin
            check(scope.cancelledCaught(), "the period ends the scope");
        });
    }
}
