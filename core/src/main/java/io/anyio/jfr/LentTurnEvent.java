package io.anyio.jfr;

import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;

/** A task waited outside of the library, and its turn was lent to other tasks. */
@Name("io.anyio.LentTurn")
@Label("Lent Turn")
@Description("A task waited outside of the library, and its turn was lent to other tasks")
final class LentTurnEvent extends FindingEvent {}
