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
 * @param lines where each rule begins
 */
record RuleFile(
        List<Rule> rules, List<Allowlist> allowlists, Set<String> disabled, RuleLines lines) {

    private static final int TEXT_MAX = 1 << 20;
    private static final int KEYWORD_MIN = 2;
    private static final int KEYWORD_MAX = 64;
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
    private static final Set<String> IN_FILE =
            Set.of(
                    "title",
                    "description",
                    "minVersion",
                    "rules",
                    "allowlist",
                    "allowlists",
                    "extend");
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

    static RuleFile parse(String toml, RuleLimits limits) throws RulesRefused {
        Allowance allowance = new Allowance(limits);
        Fields file = new Fields("rule file", tree(toml), IN_FILE, allowance);
        // They say what the file is, to people; a field that an older gitleaks would not
        // understand, and we neither, is refused whatever version it asks for.
        file.string("title");
        file.string("description");
        file.string("minVersion");
        RuleLines lines = RuleLines.of(toml);
        Set<String> disabled = disabled(file);
        List<JsonNode> tables = file.tables("rules");
        if (tables.size() > limits.rules()) {
            throw new RulesRefused(
                    "there are %,d rules, %,d are taken".formatted(tables.size(), limits.rules()));
        }
        List<Rule> rules = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        for (JsonNode table : tables) {
            int number = rules.size() + 1;
            Rule rule = rule(lines.place(number), number, table, allowance);
            if (!ids.add(rule.id())) {
                throw new RulesRefused(
                        "%srule '%s' is there twice".formatted(lines.place(number), rule.id()));
            }
            rules.add(rule);
        }
        return new RuleFile(rules, allowlists(file, "the file's allowlist", true), disabled, lines);
    }

    /** How a message about one of its rules begins. */
    String place(int index) {
        return "%srule '%s'".formatted(lines.place(index + 1), rules.get(index).id());
    }

    private static Set<String> disabled(Fields file) throws RulesRefused {
        Set<String> disabled = new HashSet<>();
        for (JsonNode table : file.tables("extend")) {
            Fields extend = new Fields("[extend]", table, IN_EXTEND, file.allowance());
            if (!extend.flag("useDefault").orElse(true)) {
                throw new RulesRefused(
                        "[extend]: the built-in rules always count; name those that must not in"
                                + " disabledRules");
            }
            disabled.addAll(extend.strings("disabledRules"));
        }
        return disabled;
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

    private static Rule rule(String place, int number, JsonNode table, Allowance allowance)
            throws RulesRefused {
        String id = id(place, number, table);
        String name = "%srule '%s'".formatted(place, id);
        Fields fields = new Fields(name, table, IN_RULE, allowance);
        Optional<ByteRegex> regex = fields.regex("regex");
        Optional<ByteRegex> path = fields.regex("path");
        if (regex.isEmpty() && path.isEmpty()) {
            throw new RulesRefused(name + ": needs a regex, a path, or both");
        }
        int groups = regex.map(ByteRegex::groups).orElse(0);
        String description = fields.string("description").orElse(id);
        allowance.description(name, description);
        Rule.RuleText text =
                new Rule.RuleText(
                        id,
                        description,
                        regex,
                        fields.integer("secretGroup", 0, groups, 0),
                        fields.number("entropy", 0, 8).orElse(0),
                        keywords(fields),
                        path,
                        fields.strings("tags"));
        return new Rule(text, allowlists(fields, name + ", allowlist", false));
    }

    private static String id(String place, int number, JsonNode table) throws RulesRefused {
        JsonNode id = table.path("id");
        if (id.isString() && ID.matcher(id.stringValue()).matches()) {
            return id.stringValue();
        }
        throw new RulesRefused(
                "%srule number %d: needs an id of letters, digits, '.', '_' and '-', 100 at most"
                        .formatted(place, number));
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
            fields.allowance().keyword(fields.where(), keyword.length());
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
            Fields one = new Fields(where, table, known, fields.allowance());
            allowlists.add(allowlist(one, global));
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
        fields.allowance()
                .allowlist(
                        fields.where(),
                        allowlist.regexes().size()
                                + allowlist.paths().size()
                                + allowlist.stopwords().size());
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
