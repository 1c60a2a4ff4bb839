/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.scan.rule;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The rules that count: the built-in ones, and those of a team's own files. Immutable, safe for use
 * by many threads.
 */
public final class RuleBook {

    private static final String BUILT_IN = "breakwater-rules.toml";

    /** What is recognized by its structure is called so. */
    private static final String KEYS = "private-key-";

    /** How many keywords may end at one byte: the scan remembers each that does. */
    private static final int KEYWORDS_IN_EACH_OTHER_MAX = 8;

    private final List<Rule> rules;
    private final List<Allowlist> allowlists;
    private final Set<String> disabled;

    private RuleBook(List<Rule> rules, List<Allowlist> allowlists, Set<String> disabled) {
        this.rules = List.copyOf(rules);
        this.allowlists = List.copyOf(allowlists);
        this.disabled = Set.copyOf(disabled);
    }

    /** The rules that come with Breakwater. */
    public static RuleBook builtIn() {
        try {
            String toml = new String(builtInFile(), StandardCharsets.UTF_8);
            return new RuleBook(List.of(), List.of(), Set.of()).with(toml);
        } catch (RulesRefused wrong) {
            throw new IllegalStateException(BUILT_IN + ": " + wrong.getMessage(), wrong);
        }
    }

    /** The file of the rules that come with Breakwater. */
    public static byte[] builtInFile() {
        try (InputStream file = RuleBook.class.getResourceAsStream(BUILT_IN)) {
            if (file == null) {
                throw new IllegalStateException(BUILT_IN + " is not in the distribution");
            }
            return file.readAllBytes();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /**
     * These rules and those of a file.
     *
     * @param toml in the form of gitleaks
     * @throws RulesRefused if it says anything that is not understood, or if an id is taken
     */
    public RuleBook with(String toml) throws RulesRefused {
        RuleFile file = RuleFile.parse(toml, RuleLimits.OF_ONES_OWN_MACHINE);
        Set<String> taken =
                rules.stream()
                        .map(Rule::id)
                        .filter(id -> !file.disabled().contains(id))
                        .collect(Collectors.toSet());
        List<Rule> all = new ArrayList<>();
        rules.stream().filter(rule -> taken.contains(rule.id())).forEach(all::add);
        for (int i = 0; i < file.rules().size(); i++) {
            if (!taken.add(file.rules().get(i).id())) {
                throw new RulesRefused(
                        file.place(i)
                                + " is one of ours; call yours otherwise, or name ours in disabledRules of [extend]");
            }
            all.add(file.rules().get(i));
        }
        List<Rule> allowed = new ArrayList<>();
        all.forEach(rule -> allowed.add(rule.with(file.allowlists())));
        List<Allowlist> everywhere = new ArrayList<>(allowlists);
        everywhere.addAll(file.allowlists());
        Set<String> off = new HashSet<>(disabled);
        off.addAll(file.disabled());
        return new RuleBook(allowed, everywhere, off);
    }

    /**
     * These rules and those that an organization hands in for all that it ships. They add to what
     * is found and take nothing away: the file's allowlists count for its own rules alone, and
     * nothing of ours can be disabled. A finding of ours that is none is waived, by name and for a
     * time.
     *
     * @param toml in the form of gitleaks, in UTF-8
     * @throws RulesRefused if it says anything that is not understood, would take something away,
     *     or asks for more than the limits let it
     */
    public RuleBook withOwn(byte[] toml, RuleLimits limits) throws RulesRefused {
        RuleFile file = RuleFile.parse(text(toml), limits);
        if (file.rules().isEmpty()) {
            throw new RulesRefused("there is no rule in it; remove your rules if you want none");
        }
        if (!file.disabled().isEmpty()) {
            throw new RulesRefused(
                    "[extend]: disabledRules is not taken here, rules that come with Breakwater always count; waive a finding that is none");
        }
        Set<String> ours = rules.stream().map(Rule::id).collect(Collectors.toSet());
        Set<String> own = file.rules().stream().map(Rule::id).collect(Collectors.toSet());
        for (int i = 0; i < file.rules().size(); i++) {
            String id = file.rules().get(i).id();
            if (ours.contains(id) || id.startsWith(KEYS)) {
                throw new RulesRefused(
                        "%s is called as one of ours; call it otherwise".formatted(file.place(i)));
            }
        }
        for (Allowlist allowlist : file.allowlists()) {
            for (String id : allowlist.rules()) {
                if (!own.contains(id)) {
                    throw new RulesRefused(
                            "the file's allowlist: targetRules names '%s', which is no rule of this file; own allowlists count for own rules only"
                                    .formatted(id));
                }
            }
        }
        RuleBook book = adding(file);
        requireKeywordsApart(book, file);
        return book;
    }

    /**
     * These rules and an organization's that were taken before, whatever may have changed since
     * then in what is taken.
     *
     * @throws RulesRefused if it is not understood any more
     */
    public RuleBook withStored(byte[] toml) throws RulesRefused {
        return adding(RuleFile.parse(text(toml), RuleLimits.widest()));
    }

    private static String text(byte[] toml) throws RulesRefused {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(toml)).toString();
        } catch (CharacterCodingException notText) {
            throw new RulesRefused("the rule file is not UTF-8", notText);
        }
    }

    private RuleBook adding(RuleFile file) {
        List<Rule> all = new ArrayList<>(rules);
        file.rules().forEach(rule -> all.add(rule.with(file.allowlists())));
        return new RuleBook(all, allowlists, disabled);
    }

    private static void requireKeywordsApart(RuleBook book, RuleFile file) throws RulesRefused {
        Set<String> all =
                book.rules.stream()
                        .flatMap(rule -> rule.keywords().stream())
                        .collect(Collectors.toSet());
        for (int i = 0; i < file.rules().size(); i++) {
            for (String keyword : file.rules().get(i).keywords()) {
                long inIt =
                        IntStream.range(0, keyword.length())
                                .filter(from -> all.contains(keyword.substring(from)))
                                .count();
                if (inIt > KEYWORDS_IN_EACH_OTHER_MAX) {
                    throw new RulesRefused(
                            "%s: keyword '%s' ends with %d other keywords, %d are taken; leave out the longer ones, the shorter find the same"
                                    .formatted(
                                            file.place(i),
                                            keyword,
                                            inIt - 1,
                                            KEYWORDS_IN_EACH_OTHER_MAX - 1));
                }
            }
        }
    }

    /** All rules that are given as expressions. */
    public List<Rule> rules() {
        return rules;
    }

    /** Whether something that was recognized by its structure counts under this rule. */
    public boolean takes(String rule, Candidate candidate) {
        return !disabled.contains(rule)
                && allowlists.stream()
                        .filter(one -> one.isFor(rule))
                        .noneMatch(one -> one.allows(candidate));
    }
}
