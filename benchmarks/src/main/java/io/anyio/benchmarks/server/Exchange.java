package io.anyio.benchmarks.server;

import java.io.IOException;
import java.util.BitSet;

/** A request and its answer: the same bytes each time, so that clients count answers by their bytes. */
public final class Exchange {
    private final byte[] request;
    private final byte[] answer;
    private final BitSet varying; // positions in the answer where any byte is right

    private Exchange(byte[] request, byte[] answer, BitSet varying) {
        this.request = request;
        this.answer = answer;
        this.varying = varying;
    }

    /** Returns an exchange of these bytes. */
    public static Exchange of(byte[] request, byte[] answer) {
        return new Exchange(request.clone(), answer.clone(), new BitSet());
    }

    /** Returns this exchange with an answer whose bytes from {@code start} to before {@code end} vary. */
    public Exchange varying(int start, int end) {
        var more = (BitSet) varying.clone();
        more.set(start, end);
        return new Exchange(request, answer, more);
    }

    /** Returns {@code count} requests in sequence. */
    byte[] requests(int count) {
        byte[] all = new byte[count * request.length];
        for (int i = 0; i < count; i++) {
            System.arraycopy(request, 0, all, i * request.length, request.length);
        }
        return all;
    }

    public int requestLength() {
        return request.length;
    }

    public int answerLength() {
        return answer.length;
    }

    /**
     * Checks a byte that a connection has received, which reveals lost, duplicated and moved bytes.
     *
     * @param found the byte
     * @param offset how many bytes the connection received before it
     * @throws IOException if it is another byte than that of the answer
     */
    void check(byte found, long offset) throws IOException {
        int position = (int) (offset % answer.length);
        if (found != answer[position] && !varying.get(position)) {
            throw new IOException(
                    "Byte " + offset + " of a connection is " + found + " instead of " + answer[position]);
        }
    }
}
