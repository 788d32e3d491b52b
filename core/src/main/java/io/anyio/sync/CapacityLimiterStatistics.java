package io.anyio.sync;

import java.util.List;

/**
 * A snapshot of a {@link CapacityLimiter}.
 *
 * <p>AnyIO: {@code CapacityLimiterStatistics}.
 *
 * @param borrowedTokens the number of borrowed tokens
 * @param totalTokens the number of tokens; {@link CapacityLimiter#UNLIMITED} for any number
 * @param borrowers the borrowers that hold a token, read at about the same time and in no particular order; a task
 *     appears as its {@link io.anyio.lowlevel.TaskRef}
 * @param tasksWaiting the number of tasks that wait for a token
 */
public record CapacityLimiterStatistics(int borrowedTokens, int totalTokens, List<Object> borrowers, int tasksWaiting) {

    /** Copies the list. */
    public CapacityLimiterStatistics {
        borrowers = List.copyOf(borrowers);
    }

    @Override
    public String toString() {
        return "CapacityLimiterStatistics[borrowedTokens=" + borrowedTokens + ", totalTokens="
                + (totalTokens == CapacityLimiter.UNLIMITED ? "unlimited" : totalTokens) + ", borrowers=" + borrowers
                + ", tasksWaiting=" + tasksWaiting + "]";
    }
}
