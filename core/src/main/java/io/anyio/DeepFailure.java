package io.anyio;

/**
 * A placeholder among the suppressed exceptions of a group for a member that cannot be printed there because too many
 * failures are nested in it. Its own suppressed exceptions are the first failures in that member.
 */
final class DeepFailure extends Exception {
    private static final long serialVersionUID = 1L;

    DeepFailure(Throwable member) {
        super(
                "a member, " + member.getClass().getName() + ", in which more than " + (Nesting.LIMIT - 1)
                        + " failures are nested, too many to print; get it from exceptions(). The first failures in it"
                        + " follow",
                null,
                true,
                false);
    }
}
