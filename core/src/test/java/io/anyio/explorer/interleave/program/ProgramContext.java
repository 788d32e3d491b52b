package io.anyio.explorer.interleave.program;

import io.anyio.AnyIO;
import io.anyio.Block;
import io.anyio.TaskOptions;
import io.anyio.explorer.interleave.Hooks;
import io.anyio.explorer.interleave.Interleaving;
import io.anyio.spi.Backend;
import io.anyio.spi.BackendOptions;
import io.anyio.spi.Carrier;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The context of a program: a run on some loops, and threads beside it. */
public final class ProgramContext {
    private static final int STEP = Hooks.site("(the program)");
    private static final int BLOCKED = Hooks.site("(a foreign call that blocks)");
    private static final int JOIN = Hooks.site("(the end of a thread of the program)");

    private final Carrier carrier;
    private @Nullable ControlledBackend backend;
    private int threads; // those that live
    private @Nullable Thread waiter; // for their end
    private @Nullable Thread blocked; // in a foreign call

    /** For the explorer; the carrier comes by its name, because its type is another one there. */
    public ProgramContext(String carrier) {
        this.carrier = Carrier.valueOf(carrier);
    }

    /** Runs tasks on two loops; the calling thread waits for them, and then for all threads. */
    <X extends Exception> void run(Block<X> main) throws X {
        run(2, main);
    }

    /** Runs tasks on so many loops; the calling thread waits for them, and then for all threads. */
    <X extends Exception> void run(int loops, Block<X> main) throws X {
        ControlledBackend opened = backend(loops);
        Block<X> afterPreparations = () -> {
            ready();
            main.run();
        };
        AnyIO.run(afterPreparations, new BackendOptions() {
            @Override
            public String backend() {
                return opened.name();
            }

            @Override
            public Backend open() {
                return opened;
            }
        });
        join();
    }

    /** Loops for a run that is not begun by {@link #run}. */
    ControlledBackend backend(int loops) {
        var made = new ControlledBackend(carrier, loops);
        backend = made;
        return made;
    }

    /** The preparations are over; {@link #run} says so when its first task begins. */
    void ready() {
        Interleaving.current().ready();
    }

    /** Waits until all threads have ended; for the program's own thread. */
    void join() {
        waiter = Thread.currentThread();
        while (threads > 0) {
            Interleaving.current().park(Interleaving.NEVER, JOIN);
        }
    }

    /** Starts a thread that is no task. */
    void thread(String name, Runnable code) {
        threads++;
        Interleaving.current().begin(name, () -> {
            code.run();
            threads--;
            if (waiter != null) {
                Hooks.unpark(waiter, JOIN);
            }
        });
    }

    /** Returns options for the loop and the name of a task. */
    TaskOptions on(int loop, String name) {
        return TaskOptions.DEFAULTS.withLoop(loop).withName(name);
    }

    /** A point at which others may run. */
    void step() {
        Hooks.point(STEP);
    }

    /** Lets other threads, and with them other loops, run until something holds; not a checkpoint. */
    void until(BooleanSupplier holds) {
        while (!holds.getAsBoolean()) {
            Hooks.spin(STEP);
        }
    }

    /** A foreign call that blocks until something holds, and that an interrupt ends. */
    void blockUntil(BooleanSupplier holds) throws InterruptedException {
        blocked = Thread.currentThread();
        while (!holds.getAsBoolean()) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            Interleaving.current().park(Interleaving.NEVER, BLOCKED);
        }
    }

    /** Wakes the thread in {@link #blockUntil}. */
    void unblock() {
        if (blocked != null) {
            Hooks.unpark(blocked, BLOCKED);
        }
    }

    /** Interrupts a thread, with a point before it. */
    void interrupt(Thread thread) {
        Hooks.interrupt(thread, STEP);
    }

    /** Lends the calling task's turn to others, as the watchdog would, without its report. */
    void lendTurn() {
        if (carrier != Carrier.PORTABLE) {
            return;
        }
        try {
            Object loop = call(call(Class.forName("io.anyio.internal.Task"), null, "currentOrNull"), "loop");
            Class<?> type = loop.getClass();
            field(type.getSuperclass(), "holder")
                    .set(loop, field(type, "PASSING").get(null));
            call(loop, "passOn");
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Object call(Object on, String method) throws ReflectiveOperationException {
        return call(on.getClass(), on, method);
    }

    private static Object call(Class<?> type, @Nullable Object on, String method) throws ReflectiveOperationException {
        Method found = type.getDeclaredMethod(method);
        found.setAccessible(true);
        return found.invoke(on);
    }

    private static Field field(Class<?> type, String name) throws ReflectiveOperationException {
        Field found = type.getDeclaredField(name);
        found.setAccessible(true);
        return found;
    }

    /** Ends the event loop under a loop of the run. */
    void terminate(int loop) {
        if (backend != null) {
            backend.driver(loop).terminate();
        }
    }

    /** Fails unless the law holds. */
    static void check(boolean holds, String law) {
        if (!holds) {
            throw new AssertionError(law);
        }
    }
}
