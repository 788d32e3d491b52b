package io.anyio.explorer.interleave.program;

import static io.anyio.explorer.interleave.program.ProgramContext.check;

import io.anyio.lowlevel.SendQueue;
import io.anyio.spi.LoopAction;
import io.anyio.spi.LoopActionQueue;
import io.anyio.spi.SendBuffer;
import io.anyio.spi.SendBufferPool;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** {@link SendQueue}: the loop gets every byte of the task, and each wait of the task for the loop ends. */
final class SendPrograms {
    private SendPrograms() {}

    static void flushEndsWhenAllIsWritten(ProgramContext ctx) throws IOException {
        var connection = new Connection(ctx);
        ctx.run(1, () -> {
            for (int round = 1; round <= 2; round++) {
                connection.queue.write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
                connection.queue.flush();
                check(connection.taken == 3 * round, "all was written before the flush has ended");
            }
            connection.over = true;
        });
        check(connection.queue.isDone(), "nothing is left");
    }

    static void writeWaitsForRoom(ProgramContext ctx) throws IOException {
        var connection = new Connection(ctx);
        connection.queue.setLimit(2);
        ctx.run(1, () -> {
            for (int round = 0; round < 3; round++) {
                connection.queue.write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
            }
            check(connection.queue.pending() <= 5, "what is pending is bounded");
            connection.queue.flush();
            connection.over = true;
        });
        check(connection.taken == 9, "no byte is lost");
    }

    static void endReachesAWriterThatWaits(ProgramContext ctx) throws IOException {
        var connection = new Connection(ctx);
        connection.over = true; // nothing is written any more
        ctx.run(1, () -> {
            connection.queue.write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
            ctx.thread("closer", connection.queue::close);
            boolean closed = false;
            try {
                connection.queue.flush();
            } catch (ClosedChannelException e) {
                closed = true;
            }
            check(closed, "a flush of a closed connection fails");
        });
    }

    static void failureReachesAWriterThatWaits(ProgramContext ctx) throws IOException {
        var connection = new Connection(ctx);
        connection.over = true; // nothing is written any more
        var failure = new IOException("no");
        ctx.run(1, () -> {
            connection.queue.write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
            ctx.thread("failing loop", () -> connection.queue.fail(failure));
            IOException thrown = null;
            try {
                connection.queue.flush();
            } catch (IOException e) {
                thrown = e;
            }
            check(thrown == failure, "a flush of a broken connection fails with its failure");
        });
    }

    /** Two sides of a connection: the queue, and a loop that writes what it finds, a part at a time. */
    private static final class Connection implements LoopAction.Handler {
        private final Queue<Runnable> posted = new ConcurrentLinkedQueue<>();
        private final SendQueue<ByteBuffer> queue;
        private int taken;
        private boolean over;

        Connection(ProgramContext ctx) {
            var actions = LoopActionQueue.create(posted::add, () -> false);
            queue = SendQueue.create(
                    SendBufferPool.create(ByteBuffer::duplicate), actions.action(this), _ -> false, false);
            ctx.thread("loop", () -> {
                while (!over) {
                    ctx.until(() -> over || !posted.isEmpty());
                    Runnable next = posted.poll();
                    if (next != null) {
                        next.run();
                    }
                }
            });
        }

        @Override
        public void run() {
            @Nullable SendBuffer<ByteBuffer> newest = queue.takeAll();
            if (newest != null) {
                newest.forEachInOrder(buffer -> {
                    taken += buffer.length();
                    queue.written(1);
                    queue.written(buffer.length() - 1);
                });
            }
        }

        @Override
        public void failed(Throwable cause) {
            throw new AssertionError(cause);
        }

        @Override
        public void loopEnded() {
            throw new AssertionError("the loop has not ended");
        }
    }
}
