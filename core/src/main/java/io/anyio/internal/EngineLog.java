package io.anyio.internal;

import io.anyio.spi.OperatorLog;

/** The log of the engine. */
public final class EngineLog {
    public static final OperatorLog LOG = OperatorLog.named("io.anyio");

    private EngineLog() {}
}
