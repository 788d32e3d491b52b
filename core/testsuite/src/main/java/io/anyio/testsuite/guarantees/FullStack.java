package io.anyio.testsuite.guarantees;

import io.anyio.AnyIO;
import io.anyio.Block;
import io.anyio.FailureGroup;
import io.anyio.Timeouts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A program that makes each {@link StruckCall} and {@link StruckSocketCall} at every depth near the end of the stack.
 */
final class FullStack {
    static final String OK = "ok";
    static final String END = "end";

    private static final Duration SOON = Duration.ofSeconds(2);

    private int unwound; // frames returned from since the end of the stack
    private boolean done;

    /** A call at a given number of frames from the end of the stack; returns the violations afterwards. */
    interface Strike {
        String at(int near) throws Exception;
    }

    private FullStack() {}

    /** Takes the number of frames, and the number of frames between two strikes. */
    public static void main(String[] args) {
        int frames = Integer.parseInt(args[0]);
        int step = Integer.parseInt(args[1]);
        AnyIO.run(() -> {
            List<Strike> calls = new ArrayList<>(List.of(StruckCall.values()));
            calls.addAll(List.of(StruckSocketCall.values()));
            for (Strike call : calls) {
                JvmProcess.say(call + ": " + atAllDepths(call, frames, step));
            }
        });
        JvmProcess.say(END);
    }

    /** Returns the first violation. */
    private static String atAllDepths(Strike call, int frames, int step) {
        for (int near = 0; near < frames; near += step) {
            String wrong = wrongAt(call, near);
            if (!wrong.isEmpty()) {
                return near + " frames above the end: " + wrong;
            }
        }
        return OK;
    }

    private static String wrongAt(Strike call, int near) {
        try {
            return call.at(near);
        } catch (Throwable thrown) { // thrown although the stack sufficed
            return "threw " + thrown;
        }
    }

    /** Makes a call at {@code near} frames from the end of the stack; returns whether it was struck. */
    static boolean strike(int near, Block<? extends Exception> call) throws Exception {
        try {
            new FullStack().descend(near, call);
            return false;
        } catch (StackOverflowError struck) {
            return true;
        } catch (Throwable thrown) {
            if (isStruck(thrown)) {
                return true;
            }
            throw new IllegalStateException("not struck, but " + thrown, thrown);
        }
    }

    private static boolean isStruck(Throwable thrown) {
        return thrown instanceof StackOverflowError
                || (thrown instanceof FailureGroup group
                        && group.exceptions().stream().allMatch(FullStack::isStruck));
    }

    @SuppressWarnings("InfiniteRecursion") // until the end of the stack
    private void descend(int near, Block<? extends Exception> call) throws Exception {
        try {
            descend(near, call);
            return;
        } catch (StackOverflowError full) {
            if (done || unwound++ < near) {
                throw full;
            }
        }
        done = true;
        call.run();
    }

    /** Returns whether a call returns soon. */
    static boolean soon(Block<? extends Exception> call) throws Exception {
        return !Timeouts.moveOnAfter(SOON, scope -> call.run()).cancelledCaught();
    }
}
