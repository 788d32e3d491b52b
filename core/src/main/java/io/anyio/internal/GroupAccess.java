package io.anyio.internal;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What {@code io.anyio.lowlevel} needs of package-private members of {@code TaskGroup}, which provides the one
 * implementation. The engine may not name that type. It is apart from {@link RootAccess} because the implementation of
 * that, which {@code Cancelled} provides, would tie {@code TaskGroup} to all types that know {@code Cancelled}.
 */
public abstract class GroupAccess {
    private static volatile @Nullable GroupAccess groups; // set once, when TaskGroup is initialized

    /** Sets the implementation. Called once. */
    public static void provide(GroupAccess implementation) {
        groups = implementation;
    }

    /** Returns the implementation. There is one before any run. */
    public static GroupAccess get() {
        return Objects.requireNonNull(groups, "TaskGroup is not initialized");
    }

    /** Returns the {@code TaskGroup} that stands for a group of the engine. */
    public abstract Object group(ChildGroup children);
}
