/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.scan.rule;

import com.google.re2j.Matcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One rule: what to look for, where, and what is none after all. */
public final class Rule {

    /** How far from a keyword a match is looked for when the expression sets no bound, in bytes. */
    public static final int REACH_MAX = 8_192;

    private static final int REACH_MIN = 256;

    private final String id;
    private final String description;
    private final Optional<ByteRegex> regex;
    private final int secretGroup;
    private final double entropyMin;
    private final List<String> keywords;
    private final Optional<ByteRegex> path;
    private final List<String> tags;
    private final List<Allowlist> allowlists;

    Rule(RuleText text, List<Allowlist> allowlists) {
        this.id = text.id();
        this.description = text.description();
        this.regex = text.regex();
        this.secretGroup = text.secretGroup();
        this.entropyMin = text.entropy();
        this.keywords = List.copyOf(text.keywords());
        this.path = text.path();
        this.tags = List.copyOf(text.tags());
        this.allowlists = List.copyOf(allowlists);
    }

    /** The rule's fields as they were read. */
    record RuleText(
            String id,
            String description,
            Optional<ByteRegex> regex,
            int secretGroup,
            double entropy,
            List<String> keywords,
            Optional<ByteRegex> path,
            List<String> tags) {}

    /** The same rule with allowlists that count for more than one. */
    Rule with(List<Allowlist> more) {
        List<Allowlist> all = new ArrayList<>(allowlists);
        more.stream().filter(one -> one.isFor(id)).forEach(all::add);
        return new Rule(
                new RuleText(id, description, regex, secretGroup, entropyMin, keywords, path, tags),
                all);
    }

    /** Its name. */
    public String id() {
        return id;
    }

    /** What it finds, for people. */
    public String description() {
        return description;
    }

    /** What its maker calls it besides. */
    public List<String> tags() {
        return tags;
    }

    /** What to look for; empty for a rule about names of files alone. */
    public Optional<ByteRegex> regex() {
        return regex;
    }

    /** One of these, in lower case, stands near every match; empty if the rule says nothing. */
    public List<String> keywords() {
        return keywords;
    }

    /** How many bytes before and behind a keyword a match may reach. */
    public int reach() {
        long longest = regex.map(ByteRegex::longest).orElse(0L);
        return Math.clamp(longest, REACH_MIN, REACH_MAX);
    }

    /**
     * Whether a file of that name is looked into.
     *
     * @param time throws when there is no more of it
     */
    public boolean isFor(String name, Runnable time) {
        CharSequence timed = new TimedText(name, time);
        return path.map(one -> one.isIn(timed)).orElse(true)
                && allowlists.stream().noneMatch(one -> one.allowsPath(timed));
    }

    /** The secret's group: the one named, else the first that took part, else all of the match. */
    public int secretGroup(Matcher matcher) {
        if (secretGroup > 0) {
            return secretGroup;
        }
        for (int group = 1; group <= matcher.groupCount(); group++) {
            String text = matcher.group(group);
            if (text != null && !text.isEmpty()) {
                return group;
            }
        }
        return 0;
    }

    /** Whether it is a secret: neither too regular nor allowed. */
    public boolean takes(Candidate candidate) {
        return (entropyMin <= 0 || Entropy.of(candidate.secret()) > entropyMin)
                && allowlists.stream().noneMatch(one -> one.allows(candidate));
    }
}
