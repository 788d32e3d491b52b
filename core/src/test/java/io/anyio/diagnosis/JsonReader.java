package io.anyio.diagnosis;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A strict reader of JSON, enough to see whether a text is well formed and what it says. */
final class JsonReader {
    private final String text;
    private int at;

    JsonReader(String text) {
        this.text = text;
    }

    /** A value; numbers and the three words are kept as they are written. */
    record Value(Map<String, Value> members, List<Value> elements, String text) {

        Value member(String name) {
            return Objects.requireNonNull(members.get(name), name);
        }
    }

    /** The whole text as one value. */
    Value read() {
        Value value = value();
        blanks();
        require(at == text.length(), "the end");
        return value;
    }

    private Value value() {
        blanks();
        return switch (text.charAt(at)) {
            case '{' -> object();
            case '[' -> array();
            case '"' -> new Value(Map.of(), List.of(), string());
            default -> word();
        };
    }

    private Value object() {
        Map<String, Value> members = new LinkedHashMap<>();
        at++;
        blanks();
        while (text.charAt(at) != '}') {
            if (!members.isEmpty()) {
                take(',');
                blanks();
            }
            String name = string();
            take(':');
            require(members.put(name, value()) == null, "no second " + name);
            blanks();
        }
        at++;
        return new Value(members, List.of(), "");
    }

    private Value array() {
        List<Value> elements = new ArrayList<>();
        at++;
        blanks();
        while (text.charAt(at) != ']') {
            if (!elements.isEmpty()) {
                take(',');
            }
            elements.add(value());
            blanks();
        }
        at++;
        return new Value(Map.of(), elements, "");
    }

    private String string() {
        take('"');
        var read = new StringBuilder();
        while (text.charAt(at) != '"') {
            char c = text.charAt(at++);
            require(c >= ' ', "no control character");
            read.append(c == '\\' ? escaped() : c);
        }
        at++;
        return read.toString();
    }

    private char escaped() {
        char c = text.charAt(at++);
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'n' -> '\n';
            case 't' -> '\t';
            case 'r' -> '\r';
            case 'u' -> {
                at += 4;
                yield (char) Integer.parseInt(text, at - 4, at, 16);
            }
            default -> throw new AssertionError("no such escape: \\" + c);
        };
    }

    private Value word() {
        int from = at;
        while (at < text.length() && ",]} \n".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        String word = text.substring(from, at);
        require(word.matches("true|false|null|-?(0|[1-9]\\d*)(\\.\\d+)?"), "a value and not " + word);
        return new Value(Map.of(), List.of(), word);
    }

    private void blanks() {
        while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\n')) {
            at++;
        }
    }

    private void take(char wanted) {
        blanks();
        require(text.charAt(at) == wanted, String.valueOf(wanted));
        at++;
    }

    private void require(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError("expected " + what + " at " + at + " of: " + text);
        }
    }
}
