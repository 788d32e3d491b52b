package io.anyio.jfr;

import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;

/** A task has held its loop for longer than anyio.watchdog.slow_turn without a checkpoint. */
@Name("io.anyio.SlowTurn")
@Label("Slow Turn")
@Description("A task has held its loop for longer than anyio.watchdog.slow_turn without a checkpoint")
final class SlowTurnEvent extends FindingEvent {}
