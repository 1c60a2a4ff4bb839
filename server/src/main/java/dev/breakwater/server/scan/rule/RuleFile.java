/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.scan.rule;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.toml.TomlMapper;

/**
 * A rule file in the TOML form of gitleaks. What it says is done, or it is refused: a field that
 * was ignored would be a secret that is not found.
 *
 * @param disabled ids of built-in rules that do not count
 */
record RuleFile(List<Rule> rules, List<Allowlist> allowlists, Set<String> disabled) {

    private static final int TEXT_MAX = 1 << 20;
    private static final int RULES_MAX = 2_000;
    private static final int KEYWORD_MIN = 2;
    private static final int KEYWORD_MAX = 64;
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
    private static final Set<String> IN_FILE =
            Set.of("title", "description", "rules", "allowlist", "allowlists", "extend");
    private static final Set<String> IN_EXTEND = Set.of("useDefault", "disabledRules");
    private static final Set<String> IN_RULE =
            Set.of(
                    "id",
                    "description",
                    "regex",
                    "secretGroup",
                    "entropy",
                    "keywords",
                    "path",
                    "tags",
                    "allowlist",
                    "allowlists");
    private static final Set<String> IN_ALLOWLIST =
            Set.of("description", "condition", "regexTarget", "regexes", "paths", "stopwords");

    RuleFile {
        rules = List.copyOf(rules);
        allowlists = List.copyOf(allowlists);
        disabled = Set.copyOf(disabled);
    }

    static RuleFile parse(String toml) throws RulesRefused {
        Fields file = new Fields("rule file", tree(toml), IN_FILE);
        // They say what the file is, to people.
        file.string("title");
        file.string("description");
        Set<String> disabled = new HashSet<>();
        for (JsonNode table : file.tables("extend")) {
            Fields extend = new Fields("[extend]", table, IN_EXTEND);
            if (!extend.flag("useDefault").orElse(true)) {
                throw new RulesRefused(
                        "[extend]: the built-in rules always count; name those that must not in"
                                + " disabledRules");
            }
            disabled.addAll(extend.strings("disabledRules"));
        }
        List<Rule> rules = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        for (JsonNode table : file.tables("rules")) {
            Rule rule = rule(rules.size() + 1, table);
            if (!ids.add(rule.id())) {
                throw new RulesRefused("rule '%s' is there twice".formatted(rule.id()));
            }
            rules.add(rule);
        }
        if (rules.size() > RULES_MAX) {
            throw new RulesRefused(
                    "there are %d rules, %d are taken".formatted(rules.size(), RULES_MAX));
        }
        return new RuleFile(rules, allowlists(file, "the file's allowlist", true), disabled);
    }

    private static JsonNode tree(String toml) throws RulesRefused {
        if (toml.length() > TEXT_MAX) {
            throw new RulesRefused(
                    "the rule file has %,d characters, %,d are taken"
                            .formatted(toml.length(), TEXT_MAX));
        }
        try {
            return TomlMapper.builder().build().readTree(toml);
        } catch (JacksonException wrong) {
            TokenStreamLocation place = wrong.getLocation();
            String where =
                    place == null
                            ? ""
                            : "line %d, column %d: "
                                    .formatted(place.getLineNr(), place.getColumnNr());
            throw new RulesRefused(
                    "the rule file is no TOML: " + where + wrong.getOriginalMessage(), wrong);
        } catch (RuntimeException | StackOverflowError unreadable) {
            // Dates, numbers and nesting beyond reason end in exceptions of many kinds.
            throw new RulesRefused("the rule file is no TOML that can be read", unreadable);
        }
    }

    private static Rule rule(int number, JsonNode table) throws RulesRefused {
        String name =
                table.path("id").isString()
                        ? "rule '%s'".formatted(table.path("id").stringValue())
                        : "rule number " + number;
        Fields fields = new Fields(name, table, IN_RULE);
        String id =
                fields.string("id")
                        .filter(text -> ID.matcher(text).matches())
                        .orElseThrow(
                                () ->
                                        new RulesRefused(
                                                name
                                                        + ": needs an id of letters, digits, '.', '_'"
                                                        + " and '-', 100 at most"));
        Optional<ByteRegex> regex = fields.regex("regex");
        Optional<ByteRegex> path = fields.regex("path");
        if (regex.isEmpty() && path.isEmpty()) {
            throw new RulesRefused(name + ": needs a regex, a path, or both");
        }
        int groups = regex.map(ByteRegex::groups).orElse(0);
        Rule.RuleText text =
                new Rule.RuleText(
                        id,
                        fields.string("description").orElse(id),
                        regex,
                        fields.integer("secretGroup", 0, groups, 0),
                        fields.number("entropy", 0, 8).orElse(0),
                        keywords(fields),
                        path,
                        fields.strings("tags"));
        return new Rule(text, allowlists(fields, name + ", allowlist", false));
    }

    private static List<String> keywords(Fields fields) throws RulesRefused {
        List<String> keywords = new ArrayList<>();
        for (String keyword : fields.strings("keywords")) {
            boolean isAscii = keyword.chars().allMatch(c -> c > 0 && c < 0x80);
            if (!isAscii || keyword.length() < KEYWORD_MIN || keyword.length() > KEYWORD_MAX) {
                throw new RulesRefused(
                        "%s: keyword '%s' must be %d to %d ASCII characters"
                                .formatted(fields.where(), keyword, KEYWORD_MIN, KEYWORD_MAX));
            }
            keywords.add(keyword.toLowerCase(Locale.ROOT));
        }
        return keywords;
    }

    private static List<Allowlist> allowlists(Fields fields, String where, boolean global)
            throws RulesRefused {
        if (fields.has("allowlist") && fields.has("allowlists")) {
            throw new RulesRefused(where + ": say either allowlist or allowlists");
        }
        Set<String> known = new HashSet<>(IN_ALLOWLIST);
        if (global) {
            known.add("targetRules");
        }
        List<JsonNode> tables = new ArrayList<>(fields.tables("allowlist"));
        tables.addAll(fields.tables("allowlists"));
        List<Allowlist> allowlists = new ArrayList<>();
        for (JsonNode table : tables) {
            allowlists.add(allowlist(new Fields(where, table, known), global));
        }
        return allowlists;
    }

    private static Allowlist allowlist(Fields fields, boolean global) throws RulesRefused {
        fields.string("description");
        boolean all =
                switch (fields.string("condition").orElse("OR").toUpperCase(Locale.ROOT)) {
                    case "OR", "||" -> false;
                    case "AND", "&&" -> true;
                    case String other ->
                            throw new RulesRefused(
                                    "%s: condition '%s' is neither OR nor AND"
                                            .formatted(fields.where(), other));
                };
        Allowlist.Target target =
                switch (fields.string("regexTarget").orElse("secret")) {
                    case "secret" -> Allowlist.Target.SECRET;
                    case "match" -> Allowlist.Target.MATCH;
                    case "line" -> Allowlist.Target.LINE;
                    case String other ->
                            throw new RulesRefused(
                                    "%s: regexTarget '%s' is neither secret, match nor line"
                                            .formatted(fields.where(), other));
                };
        Allowlist allowlist =
                new Allowlist(
                        all,
                        target,
                        fields.regexes("regexes"),
                        fields.regexes("paths"),
                        fields.strings("stopwords").stream()
                                .map(word -> word.toLowerCase(Locale.ROOT))
                                .toList(),
                        global ? Set.copyOf(fields.strings("targetRules")) : Set.of());
        if (allowlist.regexes().isEmpty()
                && allowlist.paths().isEmpty()
                && allowlist.stopwords().isEmpty()) {
            throw new RulesRefused(fields.where() + ": has neither regexes, paths nor stopwords");
        }
        if (allowlist.stopwords().contains("")) {
            throw new RulesRefused(fields.where() + ": an empty stopword would allow everything");
        }
        return allowlist;
    }
}
