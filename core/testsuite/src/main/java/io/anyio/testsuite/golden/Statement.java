package io.anyio.testsuite.golden;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** One line of a program, with the lines indented below it. */
final class Statement {
    private final String text;
    private final List<String> words;
    private final List<Statement> body = new ArrayList<>();

    private Statement(String text) {
        this.text = text;
        this.words = List.of(text.split(" "));
    }

    /** Parses a program. The returned line is not part of it; its body is the whole program. */
    static Statement parse(List<String> source) {
        var program = new Statement("program");
        Deque<Statement> open = new ArrayDeque<>(List.of(program));
        Deque<Integer> depths = new ArrayDeque<>(List.of(-1));
        for (String raw : source) {
            int depth = raw.length() - raw.stripLeading().length();
            while (depths.element() >= depth) {
                depths.pop();
                open.pop();
            }
            var line = new Statement(raw.strip());
            open.element().body.add(line);
            open.push(line);
            depths.push(depth);
        }
        return program;
    }

    String text() {
        return text;
    }

    String keyword() {
        return words.getFirst();
    }

    int length() {
        return words.size();
    }

    String word(int index) {
        return words.get(index);
    }

    boolean says(String word) {
        return words.contains(word);
    }

    /** Returns the word after {@code word}. */
    String after(String word) {
        return words.get(words.indexOf(word) + 1);
    }

    List<Statement> body() {
        return body;
    }

    @Override
    public String toString() {
        return text;
    }
}
