package io.anyio;

/**
 * Checks that the stack has room for a step that must not be interrupted by a {@link StackOverflowError}. If there is
 * too little room, the check throws the error before the step begins.
 */
final class StackRoom {
    /*
     * The JVM checks the stack when a method is entered, by the size of its frame. To check for some kilobytes, enter a
     * method with a large frame. A frame is large if the method contains an expression with many pending operands: they are
     * read from a volatile field, so that the compiler can neither move nor drop them. The expression must be evaluated now
     * and then, or the compiler removes it; it takes enough bytecode to keep the compiler from inlining the method.
     *
     * Compiled methods that make no calls do not check the stack at all. Without this check, code that has entered a
     * section could find too little room to call the method that leaves it. The check costs some nanoseconds a frame.
     */

    private static final int FRAMES = 1; // of more than 4 KiB each
    private static final int FRAMES_TO_PASS_ON = 3;

    private static final int NOW_AND_THEN = 127;

    @SuppressWarnings("unused") // it gives the operands a use
    private static long sum;

    @SuppressWarnings("FieldMayBeFinal") // the compiler must not know the value
    private static volatile long n;

    private StackRoom() {}

    /**
     * Throws if there is too little room for a wait, or for starting a task.
     *
     * @param number any number that differs from call to call; a counter of all calls would be shared by all loops
     */
    static void require(int number) {
        enter(FRAMES, (number & NOW_AND_THEN) == 0);
    }

    /** Like {@link #require}, for passing a turn on, for which the JDK's scheduler needs more room. */
    static void requireToPassOn(int number) {
        enter(FRAMES_TO_PASS_ON, (number & NOW_AND_THEN) == 0);
    }

    /** Throws if there is too little room for a critical section and the wake-up after it. */
    static void requireForSection() {
        enter(FRAMES, false); // the checks of the waits evaluate the expression often enough
    }

    @SuppressWarnings({"DeeplyNested", "UnnecessaryParentheses"}) // many operands are pending at once, which is the purpose
    private static void enter(int frames, boolean evaluate) {
        if (evaluate && frames == 1) {
            sum = n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ (
                n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ (
                n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ (
                n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ (
                n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ (
                n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ (
                n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ (
                n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ (
                n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ (
                n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ (
                n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ (
                n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ (
                n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ (
                n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ (
                n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ (
                n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ (
                n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ (
                n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ (
                n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ (
                n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ (
                n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ (
                n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ (
                n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ (
                n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ (
                n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ ( n ^ (
                n
                ))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))
                ))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))
                ))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))
                ))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))
                )))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))));
        }
        if (frames > 1) {
            enter(frames - 1, evaluate);
        }
    }
}
