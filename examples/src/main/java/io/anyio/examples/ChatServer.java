package io.anyio.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.anyio.TaskGroup;
import io.anyio.TaskOptions;
import io.anyio.net.SocketStream;
import io.anyio.net.Tcp;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * A server that passes each line on to all other clients. The first line of a client is its name.
 *
 * <p>Each client has two tasks: one reads its lines, the other writes the lines of other clients. With several loops
 * the clients run in parallel, so the set of clients is a concurrent one.
 */
@Command(name = "chat-server", description = "passes lines on between clients; try it with two nc")
final class ChatServer extends Example {
    private final Set<ChatMailbox> clients = ConcurrentHashMap.newKeySet();

    @Mixin
    private Listening listening = new Listening();

    @Option(names = "--port", paramLabel = "N", description = "the port to listen on, 0 for any")
    private int port = 7008;

    @Override
    void run() {
        try (var listener = Tcp.listen(listening.host, port, listening.options())) {
            listening.announce(listener.port());
            listener.serve(this::chat);
        }
    }

    private void chat(SocketStream stream) {
        stream.send("your name? ".getBytes(UTF_8));
        var lines = new LineReader(stream);
        String name = lines.next();
        if (name == null) {
            return;
        }
        var mailbox = new ChatMailbox();
        TaskGroup.run(group -> {
            group.startSoon(TaskOptions.named("writer for " + name), () -> mailbox.deliver(stream));
            clients.add(mailbox);
            mailbox.add(("* welcome, " + name + "\n").getBytes(UTF_8));
            tellOthers(mailbox, "* " + name + " is here\n");
            try {
                for (String said = lines.next(); said != null; said = lines.next()) {
                    tellOthers(mailbox, name + ": " + said + "\n");
                }
            } finally {
                clients.remove(mailbox);
                mailbox.close();
                tellOthers(mailbox, "* " + name + " has left\n");
            }
            group.cancel();
        });
    }

    private void tellOthers(ChatMailbox sender, String text) {
        byte[] bytes = text.getBytes(UTF_8);
        for (ChatMailbox client : clients) {
            if (client != sender) {
                client.add(bytes);
            }
        }
    }
}
