/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.scan;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds many short texts in one pass (Aho and Corasick, 1975), letters in either case. The
 * automaton is written out as a table, so that a byte costs two loads and a comparison whatever the
 * texts are; states that end a text have the highest numbers, which makes the comparison enough.
 */
final class ByteAutomaton {

    private static final int BYTES = 256;

    private final int[] classes = new int[BYTES];
    private final int width;
    private final int[] next;
    private final int firstEnding;
    private final int[][] endings;
    private final int[] lengths;

    /** For these texts; their places in the list are their numbers. */
    ByteAutomaton(List<byte[]> texts) {
        this.width = classify(texts);
        this.lengths = texts.stream().mapToInt(text -> text.length).toArray();
        Trie trie = new Trie(width);
        for (int i = 0; i < texts.size(); i++) {
            trie.add(texts.get(i), i, classes);
        }
        trie.link();
        int[] numbers = trie.numbers();
        int states = numbers.length;
        this.next = new int[states * width];
        this.firstEnding = (states - trie.endingStates()) * width;
        this.endings = new int[trie.endingStates()][];
        for (int old = 0; old < states; old++) {
            int state = numbers[old];
            for (int c = 0; c < width; c++) {
                next[state * width + c] = numbers[trie.next(old, c)] * width;
            }
            if (state * width >= firstEnding) {
                endings[state - firstEnding / width] = trie.ends(old);
            }
        }
    }

    private int classify(List<byte[]> texts) {
        boolean[] used = new boolean[BYTES];
        for (byte[] text : texts) {
            for (byte b : text) {
                used[lower(b & 0xff)] = true;
            }
        }
        int count = 1;
        for (int b = 0; b < BYTES; b++) {
            if (used[b]) {
                classes[b] = count++;
            }
        }
        for (int b = 'A'; b <= 'Z'; b++) {
            classes[b] = classes[lower(b)];
        }
        return count;
    }

    private static int lower(int b) {
        return b >= 'A' && b <= 'Z' ? b + ('a' - 'A') : b;
    }

    /** The state before the first byte. */
    static int start() {
        return 0;
    }

    /** Learns where texts end. */
    interface Endings {
        /**
         * A text ends.
         *
         * @param text its number
         * @param end behind its last byte
         * @return whether to go on; the other texts that end here are told in any case
         */
        boolean text(int text, int end);
    }

    /** How far a pass went: behind its last byte, and in which state. */
    record Progress(int at, int state) {}

    /** Goes from a place to the end, or behind the first byte that it was told to stop at. */
    Progress run(byte[] data, int from, int to, int state, Endings told) {
        int[] table = next;
        int[] kinds = classes;
        int ending = firstEnding;
        int s = state;
        int i = from;
        while (i < to) {
            s = table[s + kinds[data[i++] & 0xff]];
            if (s >= ending) {
                boolean goesOn = true;
                for (int text : endings[(s - ending) / width]) {
                    goesOn &= told.text(text, i);
                }
                if (!goesOn) {
                    break;
                }
            }
        }
        return new Progress(i, s);
    }

    /** Bytes of a text. */
    int length(int text) {
        return lengths[text];
    }

    /** The texts as a tree, and from each place the way on when it does not go on. */
    private static final class Trie {

        private final int width;
        private final List<int[]> nexts = new ArrayList<>();
        private final List<List<Integer>> ends = new ArrayList<>();
        private final Map<Integer, Integer> fallbacks = new HashMap<>();

        Trie(int width) {
            this.width = width;
            add();
        }

        private int add() {
            int[] row = new int[width];
            Arrays.fill(row, -1);
            nexts.add(row);
            ends.add(new ArrayList<>());
            return nexts.size() - 1;
        }

        void add(byte[] text, int number, int[] classes) {
            int state = 0;
            for (byte b : text) {
                int c = classes[b & 0xff];
                int there = nexts.get(state)[c];
                if (there < 0) {
                    there = add();
                    nexts.get(state)[c] = there;
                }
                state = there;
            }
            ends.get(state).add(number);
        }

        void link() {
            ArrayDeque<Integer> waiting = new ArrayDeque<>();
            int[] root = nexts.getFirst();
            for (int c = 0; c < width; c++) {
                if (root[c] < 0) {
                    root[c] = 0;
                } else {
                    fallbacks.put(root[c], 0);
                    waiting.add(root[c]);
                }
            }
            while (!waiting.isEmpty()) {
                int state = waiting.remove();
                int fallback = fallbacks.getOrDefault(state, 0);
                ends.get(state).addAll(ends.get(fallback));
                int[] row = nexts.get(state);
                int[] fallbackRow = nexts.get(fallback);
                for (int c = 0; c < width; c++) {
                    if (row[c] < 0) {
                        row[c] = fallbackRow[c];
                    } else {
                        fallbacks.put(row[c], fallbackRow[c]);
                        waiting.add(row[c]);
                    }
                }
            }
        }

        int next(int state, int c) {
            return nexts.get(state)[c];
        }

        int[] ends(int state) {
            return ends.get(state).stream().mapToInt(Integer::intValue).toArray();
        }

        int endingStates() {
            return (int) ends.stream().filter(texts -> !texts.isEmpty()).count();
        }

        /** New numbers: those that end a text last. The root stays the first. */
        int[] numbers() {
            int[] numbers = new int[nexts.size()];
            int plain = 0;
            int ending = nexts.size() - endingStates();
            for (int state = 0; state < numbers.length; state++) {
                numbers[state] = ends.get(state).isEmpty() ? plain++ : ending++;
            }
            return numbers;
        }
    }
}
