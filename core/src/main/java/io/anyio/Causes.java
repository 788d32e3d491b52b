package io.anyio;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The causes of a failure as a list that ends. A class of exceptions may override {@link Throwable#getCause}: then the
 * causes can form a circle, be made anew by each call, or throw.
 */
final class Causes {

    /** More causes than this are made by a method, not by code that wraps what it has caught. */
    private static final int MOST = 1000;

    private Causes() {}

    /** The failure and its causes, the outermost first, each once. */
    static List<Throwable> of(Throwable failure) {
        List<Throwable> causes = new ArrayList<>();
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Throwable at = failure; at != null && causes.size() < MOST && seen.add(at); at = next(at)) {
            causes.add(at);
        }
        return causes;
    }

    /** The cause of one failure; null also where the failure does not give it. */
    static @Nullable Throwable next(Throwable failure) {
        try {
            return failure.getCause();
        } catch (Throwable noAnswer) { // code of the exception's class
            return null;
        }
    }
}
