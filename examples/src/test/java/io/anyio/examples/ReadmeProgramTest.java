package io.anyio.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.examples.docs.Ending;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.Scanner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The program of the README answers, and the recipe for signals in docs/basics.md works. */
class ReadmeProgramTest {

    @Test
    void echoesWhatItGets() throws Exception {
        PrintStream before = System.out;
        Thread program;
        try (var pipe = new PipedInputStream();
                var scanner = new Scanner(pipe, UTF_8)) {
            System.setOut(new PrintStream(new PipedOutputStream(pipe), true, UTF_8));
            program = Thread.ofPlatform().start(() -> {
                try {
                    MinimalEchoServer.main(new String[] {"0"});
                } catch (io.anyio.RunInterruptedException wanted) {
                    // the end of this test
                }
            });
            int port = Integer.parseInt(scanner.nextLine().replace("listening on port ", ""));
            try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.getOutputStream().write("hello".getBytes(UTF_8));
                socket.shutdownOutput();
                assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8))
                        .isEqualTo("hello");
            }
            program.interrupt();
            program.join();
        } finally {
            System.setOut(before);
        }
    }

    /** The JVM gives the status: 128 and the number of the signal. */
    @ParameterizedTest
    @CsvSource({"TERM,143", "INT,130"})
    void theRecipeForSignalsRunsTheFinallyBlocks(String signal, int status) throws Exception {
        try (var program = ChildJvm.run(Ending.class, List.of("--add-opens=java.base/java.lang=ALL-UNNAMED"))) {
            program.await("ready");
            program.signal(signal);
            assertThat(program.status()).isEqualTo(status);
            assertThat(program.lines()).containsExactly("ready", "said goodbye", "stopped");
        }
    }
}
