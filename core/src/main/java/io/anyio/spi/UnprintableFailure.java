package io.anyio.spi;

/** Is logged in place of a failure that throws when it is printed: with its class and its own stack. */
final class UnprintableFailure extends Exception {
    private static final long serialVersionUID = 1L;

    UnprintableFailure(Throwable failure, Throwable why) {
        super(
                OperatorLog.describe(failure) + " (the failure cannot be printed: "
                        + why.getClass().getName() + ")",
                null,
                false,
                true);
        try {
            setStackTrace(failure.getStackTrace());
        } catch (Throwable noTrace) { // code of the exception's class: the trace is that of this place
        }
    }
}
