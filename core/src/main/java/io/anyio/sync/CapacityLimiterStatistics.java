package io.anyio.sync;

import java.util.List;

/**
 * A snapshot of a {@link CapacityLimiter}.
 *
 * <p>AnyIO: {@code CapacityLimiterStatistics}.
 *
 * @param borrowedTokens how many tokens are borrowed
 * @param totalTokens how many there are; {@link CapacityLimiter#UNLIMITED} for any number
 * @param borrowers who holds a token, at about the same moment and in no particular order; a task appears as its
 *     {@link io.anyio.TaskRef}
 * @param tasksWaiting how many tasks wait for a token
 */
public record CapacityLimiterStatistics(int borrowedTokens, int totalTokens, List<Object> borrowers, int tasksWaiting) {

    /** Keeps a copy of the list. */
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
