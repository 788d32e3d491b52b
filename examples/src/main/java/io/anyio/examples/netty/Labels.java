package io.anyio.examples.netty;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Work that takes a processor some milliseconds, which would hold up an event loop. */
public final class Labels {
    private static final int ROUNDS = 20_000;

    private Labels() {}

    /** Computes the label of an item. */
    public static String of(String item) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] bytes = item.getBytes(UTF_8);
            for (int i = 0; i < ROUNDS; i++) {
                bytes = digest.digest(bytes);
            }
            return item + "-" + HexFormat.of().formatHex(bytes, 0, 4);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
