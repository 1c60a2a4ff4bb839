/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.architecture.MqttStatements.Statement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Every numbered statement of MQTT 5.0 and 3.1.1 is either held by a test that carries its number,
 * or says why it has none; and the document that shows this is what this test would write.
 */
class MqttConformanceTest {

    private static final String DOCUMENT = "docs/reference/mqtt-conformance.md";

    /** What stands behind it is written by this test; what stands before it, by people. */
    private static final String MARK =
            "<!-- Below this line: as MqttConformanceTest writes it. -->\n";

    private final Path checkout = Breakwater.checkout();
    private final MqttStatements statements = new MqttStatements(checkout);

    @Test
    void everyStatementOfBothVersionsStandsOnTheListOnce() throws IOException {
        // As many as appendix B of each has.
        assertThat(ids("5.0")).doesNotHaveDuplicates().hasSize(251);
        assertThat(ids("3.1.1")).doesNotHaveDuplicates().hasSize(141);
    }

    private List<String> ids(String version) throws IOException {
        return statements.of(version).stream().map(Statement::id).toList();
    }

    @Test
    void everyVerdictIsATestOrAReason() throws IOException {
        Map<String, String> reasons = statements.reasons();
        Set<String> given = new TreeSet<>();
        for (Statement statement : all()) {
            assertThat(statement.id()).matches("MQTT-\\d+[.-]\\d+\\.\\d+-\\d+");
            assertThat(statement.verdict())
                    .as(statement.id())
                    .matches("tested|(not applicable|differs): [a-z]+");
            if (!statement.isTested()) {
                given.add(statement.reason());
            }
        }
        assertThat(given).isEqualTo(reasons.keySet());
    }

    @Test
    void whatIsCalledTestedHasATestAndNothingElseHas() throws IOException {
        Map<String, List<String>> tests = statements.tests();
        Set<String> tested =
                all().stream()
                        .filter(Statement::isTested)
                        .map(Statement::tag)
                        .collect(Collectors.toCollection(TreeSet::new));

        assertThat(tests.keySet()).isEqualTo(tested);
    }

    @Test
    void theDocumentIsWhatTheTestsSay() throws IOException {
        String document = Files.readString(checkout.resolve(DOCUMENT));
        assertThat(document).contains(MARK);
        String head = document.substring(0, document.indexOf(MARK) + MARK.length());
        String expected = head + generated();
        if (!document.equals(expected)) {
            Path written = checkout.resolve("cli/target/mqtt-conformance.md");
            Files.createDirectories(written.getParent());
            Files.writeString(written, expected);
        }
        assertThat(document)
                .as("%s is stale: take cli/target/mqtt-conformance.md", DOCUMENT)
                .isEqualTo(expected);
    }

    private List<Statement> all() throws IOException {
        List<Statement> all = new ArrayList<>();
        for (String version : MqttStatements.VERSIONS) {
            all.addAll(statements.of(version));
        }
        return all;
    }

    private String generated() throws IOException {
        StringBuilder out = new StringBuilder();
        out.append("\n## Counts\n\n| | statements | tested | not applicable | differs |\n");
        out.append("|---|---|---|---|---|\n");
        for (String version : MqttStatements.VERSIONS) {
            List<Statement> list = statements.of(version);
            out.append(
                    "| MQTT %s | %d | %d | %d | %d |\n"
                            .formatted(
                                    version,
                                    list.size(),
                                    count(list, "tested"),
                                    count(list, "not applicable"),
                                    count(list, "differs")));
        }
        out.append(
                "\n## Reasons\n\n| reason | statements | why there is no test |\n|---|---|---|\n");
        for (Map.Entry<String, String> reason : statements.reasons().entrySet()) {
            long count =
                    all().stream()
                            .filter(one -> !one.isTested() && one.reason().equals(reason.getKey()))
                            .count();
            out.append("| %s | %d | %s |\n".formatted(reason.getKey(), count, reason.getValue()));
        }
        Map<String, List<String>> tests = statements.tests();
        for (String version : MqttStatements.VERSIONS) {
            out.append("\n## MQTT ").append(version).append("\n\n");
            out.append("| statement | in our words | held by |\n|---|---|---|\n");
            for (Statement statement : statements.of(version)) {
                out.append(row(statement, tests.getOrDefault(statement.tag(), List.of())));
            }
        }
        return out.toString();
    }

    private static long count(List<Statement> list, String verdict) {
        return list.stream().filter(one -> one.verdict().startsWith(verdict)).count();
    }

    private static String row(Statement statement, List<String> tests) {
        String held =
                statement.isTested()
                        ? tests.stream()
                                .map(test -> "`" + test + "`")
                                .collect(Collectors.joining(", "))
                        : statement.verdict();
        return "| %s | %s | %s |\n".formatted(statement.id(), statement.meaning(), held);
    }
}
