package io.anyio.net;

import io.anyio.lowlevel.RunVar;
import io.anyio.sync.CapacityLimiter;
import io.anyio.thread.ToThread;
import io.anyio.thread.ToThreadOptions;
import java.io.UncheckedIOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Looks up the addresses of a host without blocking a loop. */
final class AddressResolver {
    /** Not the default one: worker threads that wait for a connection may hold all its tokens. */
    private static final RunVar<CapacityLimiter> LIMITER =
            RunVar.lazy("limiter of look-ups", () -> CapacityLimiter.create(ToThread.DEFAULT_TOKENS), limiter -> {});

    private AddressResolver() {}

    private static ToThreadOptions options(String host) {
        return ToThreadOptions.DEFAULTS
                .withName("look up " + host)
                .withLimiter(LIMITER.get())
                .withAbandonOnCancel(true);
    }

    /**
     * Returns at least one address, in the order in which they should be tried. An IP address needs no look-up. A
     * cancelled look-up continues without the task.
     */
    static List<InetAddress> resolve(String host) {
        if (host.isBlank()) {
            throw new IllegalArgumentException("The host is empty; give a name or an IP address");
        }
        InetAddress literal = literal(host);
        if (literal != null) {
            return List.of(literal);
        }
        try {
            return inOrder(ToThread.run(options(host), () -> InetAddress.getAllByName(host)));
        } catch (UnknownHostException unknown) {
            throw new UncheckedIOException("Cannot find the host " + host + ": " + unknown.getMessage(), unknown);
        }
    }

    private static @Nullable InetAddress literal(String host) {
        try {
            return InetAddress.ofLiteral(host);
        } catch (IllegalArgumentException isAName) {
            return null;
        }
    }

    /** Moves the first IPv6 address to the front. If there is one, the first IPv4 address comes second (RFC 6555). */
    static List<InetAddress> inOrder(InetAddress[] found) {
        List<InetAddress> rest = new ArrayList<>(List.of(found));
        List<InetAddress> ordered = new ArrayList<>();
        InetAddress six = first(rest, true);
        if (six != null) {
            ordered.add(six);
            rest.remove(six);
            InetAddress four = first(rest, false);
            if (four != null) {
                ordered.add(four);
                rest.remove(four);
            }
        }
        ordered.addAll(rest);
        return ordered;
    }

    private static @Nullable InetAddress first(List<InetAddress> among, boolean six) {
        return among.stream()
                .filter(address -> address instanceof Inet6Address == six)
                .findFirst()
                .orElse(null);
    }
}
