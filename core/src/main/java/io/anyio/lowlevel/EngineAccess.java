package io.anyio.lowlevel;

import io.anyio.internal.LowlevelAccess;
import io.anyio.internal.Wait;
import io.anyio.internal.WaitList;

/** The access of other packages of the library to package-private members of this package. */
final class EngineAccess extends LowlevelAccess {
    @Override
    public Object suspension(Wait wait) {
        return new Suspension(wait);
    }

    @Override
    public Wait wait(Object suspension) {
        return ((Suspension) suspension).inner();
    }

    @Override
    public WaitList list(Object waitQueue) {
        return ((WaitQueue) waitQueue).inner();
    }
}
