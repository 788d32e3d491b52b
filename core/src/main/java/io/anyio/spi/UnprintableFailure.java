package io.anyio.spi;

/** Logged in place of a failure that throws when it is printed; has its class name and its stack trace. */
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
        } catch (Throwable noTrace) { // code of the exception's class failed: the trace is that of this place
        }
    }
}
