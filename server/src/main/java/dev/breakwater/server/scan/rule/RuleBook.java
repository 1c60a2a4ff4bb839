/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.scan.rule;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The rules that count: the built-in ones, and those of a team's own files. Immutable, safe for use
 * by many threads.
 */
public final class RuleBook {

    private static final String BUILT_IN = "breakwater-rules.toml";

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
        try (InputStream file = RuleBook.class.getResourceAsStream(BUILT_IN)) {
            if (file == null) {
                throw new IllegalStateException(BUILT_IN + " is not in the distribution");
            }
            String toml = new String(file.readAllBytes(), StandardCharsets.UTF_8);
            return new RuleBook(List.of(), List.of(), Set.of()).with(toml);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        } catch (RulesRefused wrong) {
            throw new IllegalStateException(BUILT_IN + ": " + wrong.getMessage(), wrong);
        }
    }

    /**
     * These rules and those of a file.
     *
     * @param toml in the form of gitleaks
     * @throws RulesRefused if it says anything that is not understood, or if an id is taken
     */
    public RuleBook with(String toml) throws RulesRefused {
        RuleFile file = RuleFile.parse(toml);
        Set<String> taken =
                rules.stream()
                        .map(Rule::id)
                        .filter(id -> !file.disabled().contains(id))
                        .collect(Collectors.toSet());
        List<Rule> all = new ArrayList<>();
        rules.stream().filter(rule -> taken.contains(rule.id())).forEach(all::add);
        for (Rule rule : file.rules()) {
            if (!taken.add(rule.id())) {
                throw new RulesRefused(
                        "rule '%s' is one of ours; call yours otherwise, or name ours in disabledRules of [extend]"
                                .formatted(rule.id()));
            }
            all.add(rule);
        }
        List<Rule> allowed = new ArrayList<>();
        all.forEach(rule -> allowed.add(rule.with(file.allowlists())));
        List<Allowlist> everywhere = new ArrayList<>(allowlists);
        everywhere.addAll(file.allowlists());
        Set<String> off = new HashSet<>(disabled);
        off.addAll(file.disabled());
        return new RuleBook(allowed, everywhere, off);
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
