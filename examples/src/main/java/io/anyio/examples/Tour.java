package io.anyio.examples;

import io.anyio.AnyIO;
import io.anyio.Backends;
import io.anyio.TaskGroup;
import io.anyio.TaskOptions;
import io.anyio.Timeouts;
import io.anyio.net.SocketListener;
import io.anyio.net.Tcp;
import io.anyio.netty.NettyOptions;
import io.anyio.sync.Event;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import picocli.CommandLine.Command;

/** The library in one minute: tasks, a time-out, a task that reports, backends, and a server. */
@Command(name = "tour", description = "the library in one minute (the default)")
final class Tour extends Example {

    @Override
    void run() throws Exception {
        System.out.println(
                "hello from a task of the backend " + AnyIO.currentBackend().orElse("?"));
        aGroupOfTasks();
        aTimeout();
        aValueFromStart();
        anEchoServerInATask();
        System.out.println("backends: " + AnyIO.backends() + ", here: " + AnyIO.availableBackends());
        theThreeWaysToChooseABackend();
    }

    /** Runs a group, which does not end before its tasks. */
    private static void aGroupOfTasks() {
        TaskGroup.run(group -> {
            for (int i = 1; i <= 3; i++) {
                int number = i;
                group.startSoon(() -> {
                    AnyIO.sleep(Duration.ofMillis(10L * number));
                    System.out.println("task " + number + " is done");
                });
            }
        });
        System.out.println("the group is done");
    }

    /** Cancels a block when its time is over. */
    private static void aTimeout() {
        var scope = Timeouts.moveOnAfter(Duration.ofMillis(20), () -> AnyIO.sleepForever());
        System.out.println("slept for ever, for 20 ms: " + scope.cancelledCaught());
    }

    /** Starts a task and waits until it reports that it is ready. */
    private static void aValueFromStart() {
        TaskGroup.run(group -> {
            String value = group.start(status -> {
                status.started("ready");
                AnyIO.sleepForever();
            });
            System.out.println("the task says: " + value);
            group.cancel();
        });
    }

    /** Runs a server in a task, and a client that does not use this library. */
    private static void anEchoServerInATask() {
        TaskGroup.run(group -> {
            try (SocketListener listener = Tcp.listen("127.0.0.1", 0)) {
                group.startSoon(
                        TaskOptions.named("echo server"),
                        () -> listener.serve(stream -> {
                            while (true) {
                                stream.send(stream.receive());
                            }
                        }));
                System.out.println("a plain socket got back: " + askFromAPlainThread(listener.port()));
                group.cancel();
            }
        });
    }

    private static String askFromAPlainThread(int port) {
        var answer = new AtomicReference<>("nothing");
        var answered = Event.create();
        Thread.ofPlatform().start(() -> {
            try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.getOutputStream().write("echo?".getBytes(StandardCharsets.UTF_8));
                socket.shutdownOutput();
                answer.set(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
            } catch (IOException e) {
                answer.set(e.toString());
            }
            answered.set(); // may be called from any thread
        });
        answered.await();
        return answer.get();
    }

    /** Chooses by default, by name and by options. A run cannot start inside a run, hence the plain thread. */
    private static void theThreeWaysToChooseABackend() {
        var done = Event.create();
        Thread.ofPlatform().start(() -> {
            try {
                AnyIO.run(() -> System.out.println("by default:     " + AnyIO.currentRun()));
                AnyIO.run(
                        () -> System.out.println("by name:        " + AnyIO.currentRun()),
                        Backends.options("netty", Map.of("loops", 2)));
                AnyIO.run(
                        () -> System.out.println("by its options: " + AnyIO.currentRun()),
                        NettyOptions.DEFAULTS.withUseNativeTransport(true));
            } finally {
                done.set();
            }
        });
        done.await();
    }
}
