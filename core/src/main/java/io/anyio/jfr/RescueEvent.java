package io.anyio.jfr;

import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;
import org.jspecify.annotations.Nullable;

/**
 * Another thread ran the tasks of a loop, because the thread of the loop was stuck; the duration is that of the rescue.
 */
@Name("io.anyio.Rescue")
@Label("Rescue")
@Description(
        "Another thread ran the tasks of a loop, because the thread of the loop was stuck; the duration is that of the rescue")
final class RescueEvent extends TaskEvent {
    @Label("Stuck Thread")
    @Nullable
    String stuckThread;

    @Label("Where")
    @Description("The innermost stack frame of the stuck thread that is neither the library's nor the JDK's")
    @Nullable
    String where;
}
