/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.scan;

import dev.breakwater.server.scan.archive.Signature;
import dev.breakwater.server.scan.key.KeyAnchor;
import dev.breakwater.server.scan.key.KnownKeys;
import dev.breakwater.server.scan.rule.Rule;
import dev.breakwater.server.scan.rule.RuleBook;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All that is looked for, compiled into one automaton. Immutable. */
final class Detectors {

    private static final Signature[] SIGNATURES = Signature.values();
    private static final List<KeyAnchor> ANCHORS = KeyAnchor.all();

    private final RuleBook book;
    private final KnownKeys knownKeys = KnownKeys.builtIn();
    private final List<Rule> rules;
    private final int[] withoutKeywords;
    private final ByteAutomaton automaton;
    private final int[][] rulesOfKeyword;

    Detectors(RuleBook book) {
        this.book = book;
        this.rules = book.rules();
        List<byte[]> texts = new ArrayList<>();
        for (Signature signature : SIGNATURES) {
            texts.add(signature.bytes());
        }
        for (KeyAnchor anchor : ANCHORS) {
            texts.add(anchor.bytes());
        }
        Map<String, List<Integer>> keywords = new LinkedHashMap<>();
        List<Integer> without = new ArrayList<>();
        for (int i = 0; i < rules.size(); i++) {
            Rule rule = rules.get(i);
            if (rule.regex().isEmpty()) {
                continue;
            }
            if (rule.keywords().isEmpty()) {
                without.add(i);
            }
            for (String keyword : rule.keywords()) {
                keywords.computeIfAbsent(keyword, _ -> new ArrayList<>()).add(i);
            }
        }
        keywords.keySet().forEach(word -> texts.add(word.getBytes(StandardCharsets.US_ASCII)));
        this.automaton = new ByteAutomaton(texts);
        this.rulesOfKeyword = keywords.values().stream().map(Detectors::ints).toArray(int[][]::new);
        this.withoutKeywords = ints(without);
    }

    private static int[] ints(List<Integer> numbers) {
        return numbers.stream().mapToInt(Integer::intValue).toArray();
    }

    RuleBook book() {
        return book;
    }

    KnownKeys knownKeys() {
        return knownKeys;
    }

    List<Rule> rules() {
        return rules;
    }

    /** Rules that have to be tried on every byte. */
    int[] withoutKeywords() {
        return withoutKeywords;
    }

    ByteAutomaton automaton() {
        return automaton;
    }

    boolean isSignature(int text) {
        return text < SIGNATURES.length;
    }

    Signature signature(int text) {
        return SIGNATURES[text];
    }

    boolean isAnchor(int text) {
        return !isSignature(text) && text < SIGNATURES.length + ANCHORS.size();
    }

    KeyAnchor anchor(int text) {
        return ANCHORS.get(text - SIGNATURES.length);
    }

    /** The rules that a keyword calls. */
    int[] rulesOf(int text) {
        return rulesOfKeyword[text - SIGNATURES.length - ANCHORS.size()];
    }
}
