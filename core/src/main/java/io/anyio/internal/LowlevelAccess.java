package io.anyio.internal;

import org.jspecify.annotations.Nullable;

/**
 * What {@code io.anyio.select} needs of package-private members of {@code io.anyio.lowlevel}, which provides the one
 * implementation. The engine may not name the types of that package.
 */
public abstract class LowlevelAccess {
    private static volatile @Nullable LowlevelAccess lowlevel; // set once, when Suspension is initialized

    /** Sets the implementation. Called once. */
    public static void provide(LowlevelAccess implementation) {
        lowlevel = implementation;
    }

    /** Returns the implementation, once {@code Suspension} is initialized. */
    public static LowlevelAccess get() {
        LowlevelAccess known = lowlevel;
        if (known == null) {
            throw new AssertionError("Suspension is not initialized");
        }
        return known;
    }

    /** Returns the new {@code Suspension} that stands for {@code wait}. */
    public abstract Object suspension(Wait wait);

    /** Returns the wait for which a {@code Suspension} stands. */
    public abstract Wait wait(Object suspension);

    /** Returns the list for which a {@code WaitQueue} stands. */
    public abstract WaitList list(Object waitQueue);
}
