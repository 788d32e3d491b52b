package io.anyio.jfr;

import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;

/** A task waits while it is pinned to the thread of its loop, which does no I/O meanwhile. */
@Name("io.anyio.StalledLoop")
@Label("Stalled Loop")
@Description("A task waits while it is pinned to the thread of its loop, which does no I/O meanwhile")
final class StalledLoopEvent extends FindingEvent {}
