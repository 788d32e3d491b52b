package io.anyio.race;

import io.anyio.stream.MemoryObjectStream;
import java.util.stream.Stream;
import org.jetbrains.lincheck.datastructures.Operation;

/** A memory object stream's calls that never wait. */
class StreamRaceTest extends LincheckTestBase {
    @Override
    Stream<Class<?>> structures() {
        return Stream.of(Streams.class);
    }

    /** Room for two items. */
    public static class Streams {
        private final MemoryObjectStream<Integer> ends = MemoryObjectStream.create(2);

        @Operation
        public void sendNow(int item) {
            ends.sender().sendNow(item);
        }

        @Operation
        public Integer receiveNow() {
            return ends.receiver().receiveNow();
        }

        @Operation
        public int buffered() {
            return ends.sender().statistics().currentBufferUsed();
        }

        @Operation
        public void closeSend() {
            ends.sender().close();
        }

        @Operation
        public void closeReceive() {
            ends.receiver().close();
        }
    }
}
