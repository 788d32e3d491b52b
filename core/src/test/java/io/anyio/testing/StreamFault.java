package io.anyio.testing;

import io.anyio.stream.ByteStream;
import java.util.function.UnaryOperator;

/**
 * A fault of a byte stream, which the contract must find.
 *
 * @param name what the stream does wrong
 * @param rule the name of the check that finds it
 * @param finding a part of the message
 * @param breaker makes the broken stream of a good one
 */
record StreamFault(String name, String rule, String finding, UnaryOperator<ByteStream> breaker) {
    @Override
    public String toString() {
        return "a stream that " + name + " is found";
    }
}
