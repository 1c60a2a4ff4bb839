/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.cli.server.ConfigurationFile;
import dev.breakwater.cli.server.ConfigurationRefused;
import dev.breakwater.server.ServerConfiguration;
import dev.breakwater.server.limits.Limit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The configuration reference lists every setting that the server knows and no other. The table of
 * limits is what this test would write: defaults and bounds from {@link Limit} itself, and the
 * words from its Javadoc, so that there is one place to say what a limit means.
 */
class ConfigurationReferenceTest {

    private static final String DOCUMENT = "docs/reference/configuration.md";
    private static final String LIMITS_SOURCE =
            "server/src/main/java/dev/breakwater/server/limits/Limit.java";

    /** What stands between the two is written by this test; all else, by people. */
    private static final String BEGIN =
            "<!-- From here: as ConfigurationReferenceTest writes it. -->\n";

    private static final String END = "<!-- To here. -->\n";

    private static final Pattern DESCRIBED =
            Pattern.compile("/\\*\\*((?:(?!\\*/).)*)\\*/\\s+([A-Z][A-Z0-9_]*)\\(", Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("\\{@link #([A-Z0-9_]+)}");
    private static final Pattern KEY_ROW =
            Pattern.compile("^\\| `([a-z0-9.-]+)` \\|", Pattern.MULTILINE);

    /** What the server says when it meets a key that it does not know. */
    private static final Pattern UNKNOWN =
            Pattern.compile("(.*)no-such-key-at-all is not a setting; known are (.*)");

    private final Path checkout = Breakwater.checkout();

    @TempDir private Path directory;

    @Test
    void theTableOfLimitsIsWhatTheCodeSays() throws IOException {
        String document = Files.readString(checkout.resolve(DOCUMENT));
        assertThat(document).containsOnlyOnce(BEGIN).containsOnlyOnce(END);
        String expected =
                document.substring(0, document.indexOf(BEGIN) + BEGIN.length())
                        + limits()
                        + document.substring(document.indexOf(END));
        if (!document.equals(expected)) {
            Path written = checkout.resolve("cli/target/configuration.md");
            Files.createDirectories(written.getParent());
            Files.writeString(written, expected);
        }
        assertThat(document)
                .as("%s is stale: take cli/target/configuration.md", DOCUMENT)
                .isEqualTo(expected);
    }

    @Test
    void everyLimitSaysWhatItIs() throws IOException {
        assertThat(descriptions()).containsOnlyKeys(Limit.values());
    }

    @Test
    void everySettingThatTheServerKnowsStandsInTheDocumentAndNoOther() throws Exception {
        Set<String> known = new TreeSet<>();
        for (String key : knownBelow("")) {
            Set<String> inner = knownBelow(key);
            if (inner.isEmpty()) {
                known.add(key);
            }
            inner.forEach(name -> known.add(key + "." + name));
        }
        Set<String> written =
                KEY_ROW.matcher(Files.readString(checkout.resolve(DOCUMENT)))
                        .results()
                        .map((MatchResult row) -> row.group(1))
                        .collect(Collectors.toCollection(TreeSet::new));

        assertThat(written).isEqualTo(known);
        assertThat(known).hasSizeGreaterThan(Limit.values().length);
    }

    @Test
    void theDefaultsOfTheSettingsAreThoseOfTheServer() throws Exception {
        ServerConfiguration byDefault =
                new ConfigurationFile(Path.of("/home/me"), Optional.empty()).defaults();

        assertThat(Files.readString(checkout.resolve(DOCUMENT)))
                .contains(
                        row("data-directory", "~/.local/share/breakwater"),
                        row("names", "localhost`, `127.0.0.1"),
                        row("device-certificate-days", byDefault.deviceCertificateLife().toDays()),
                        row("listeners.bind-address", byDefault.listeners().bindAddress()),
                        row("listeners.channel", byDefault.listeners().channel()),
                        row("listeners.enrollment", byDefault.listeners().enrollment()),
                        row("listeners.api", byDefault.listeners().api()),
                        row("listeners.operations", byDefault.listeners().operations()),
                        row("listeners.tls-engine", byDefault.tlsEngine().code()));
        assertThat(byDefault.dataDirectory())
                .isEqualTo(Path.of("/home/me/.local/share/breakwater"));
        assertThat(byDefault.names().first()).isEqualTo("localhost");
    }

    private static String row(String key, Object byDefault) {
        return "| `%s` | `%s` |".formatted(key, byDefault);
    }

    /** The keys of a table, which the server names when it meets one that it does not know. */
    private Set<String> knownBelow(String table) throws IOException {
        Path file = directory.resolve("wrong.toml");
        Files.writeString(
                file, (table.isEmpty() ? "" : "[" + table + "]\n") + "no-such-key-at-all = 1\n");
        try {
            new ConfigurationFile(directory, Optional.empty()).read(file);
            throw new AssertionError("an unknown key was taken below '" + table + "'");
        } catch (ConfigurationRefused refused) {
            String prefix = table.isEmpty() ? "" : table + ".";
            return refused.problems().stream()
                    .map(UNKNOWN::matcher)
                    .filter(Matcher::matches)
                    .filter(problem -> problem.group(1).equals(prefix))
                    .flatMap(problem -> Stream.of(problem.group(2).split(", ")))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private String limits() throws IOException {
        Map<Limit, String> descriptions = descriptions();
        StringBuilder out = new StringBuilder();
        out.append("\n| key | default | from | to | what |\n|---|---|---|---|---|\n");
        for (Limit limit : Limit.values()) {
            out.append(
                    "| `limits.%s` | %s | %s | %s | %s |\n"
                            .formatted(
                                    limit.key(),
                                    number(limit.byDefault()),
                                    number(limit.lowest()),
                                    number(limit.highest()),
                                    descriptions.get(limit)));
        }
        return out.append('\n').toString();
    }

    private static String number(int value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    private Map<Limit, String> descriptions() throws IOException {
        Map<Limit, String> descriptions = new EnumMap<>(Limit.class);
        Matcher matcher = DESCRIBED.matcher(Files.readString(checkout.resolve(LIMITS_SOURCE)));
        while (matcher.find()) {
            descriptions.put(Limit.valueOf(matcher.group(2)), inMarkdown(matcher.group(1)));
        }
        return descriptions;
    }

    private static String inMarkdown(String javadoc) {
        String text =
                javadoc.lines()
                        .map(line -> line.strip().replaceFirst("^\\*\\s?", ""))
                        .collect(Collectors.joining(" "))
                        .strip();
        return LINK.matcher(text)
                .replaceAll(link -> "`" + Limit.valueOf(link.group(1)).key() + "`");
    }
}
