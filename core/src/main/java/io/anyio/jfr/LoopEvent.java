package io.anyio.jfr;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.StackTrace;

/** The fields of all events: where it happened. */
@Category("AnyIO")
@StackTrace(false)
abstract class LoopEvent extends Event {
    @Label("Run")
    @Description("The number of the run in this process")
    long run;

    @Label("Loop")
    @Description("The number of the event loop in its run, counted from 0")
    int loop;
}
