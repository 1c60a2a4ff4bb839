/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.architecture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The numbered statements of both versions of MQTT, and the tests that carry their numbers as tags,
 * such as {@code mqtt5:3.1.2-22}. So {@code ./build mvn test -Dtest.groups=mqtt5:3.1.2-22} runs
 * what holds one statement.
 */
final class MqttStatements {

    static final List<String> VERSIONS = List.of("5.0", "3.1.1");

    private static final Path LIST =
            Path.of("protocol/src/test/resources/dev/breakwater/protocol/mqtt/statements");
    private static final List<String> TESTS =
            List.of("protocol/src/test/java", "server/src/test/java");
    private static final Pattern TAG = Pattern.compile("@Tag\\(\"(mqtt[^\"]*)\"\\)");
    private static final Pattern METHOD = Pattern.compile("^ {4}(?:static )?void (\\w+)\\(");

    private final Path checkout;

    MqttStatements(Path checkout) {
        this.checkout = checkout;
    }

    /**
     * @param verdict {@code tested}, or {@code not applicable} or {@code differs} with a reason
     * @param meaning what it asks for, in our words
     */
    record Statement(String version, String id, String verdict, String meaning) {

        String tag() {
            return (version.equals("5.0") ? "mqtt5:" : "mqtt311:") + id.substring("MQTT-".length());
        }

        boolean isTested() {
            return verdict.equals("tested");
        }

        /** The name of the reason why it has no test. */
        String reason() {
            return verdict.replaceFirst("(not applicable|differs): ", "");
        }
    }

    /** The statements of one version in the order of its appendix B. */
    List<Statement> of(String version) throws IOException {
        List<Statement> statements = new ArrayList<>();
        for (String[] columns : table(version, 3)) {
            statements.add(new Statement(version, columns[0], columns[1], columns[2]));
        }
        return statements;
    }

    /** Why a statement has no test: a name, and the sentences behind it. */
    Map<String, String> reasons() throws IOException {
        Map<String, String> reasons = new TreeMap<>();
        for (String[] columns : table("reasons", 2)) {
            reasons.put(columns[0], columns[1]);
        }
        return reasons;
    }

    private List<String[]> table(String name, int width) throws IOException {
        List<String[]> rows = new ArrayList<>();
        for (String line : Files.readAllLines(checkout.resolve(LIST).resolve(name))) {
            String[] columns = line.split(" \\| ", -1);
            if (columns.length != width) {
                throw new IOException(name + ": not " + width + " columns: " + line);
            }
            rows.add(columns);
        }
        return rows;
    }

    /** The tests of each tag, as {@code Class#method}. */
    Map<String, List<String>> tests() throws IOException {
        Map<String, List<String>> tests = new TreeMap<>();
        for (String folder : TESTS) {
            try (Stream<Path> files = Files.walk(checkout.resolve(folder))) {
                for (Path file :
                        files.filter(path -> path.toString().endsWith("Test.java")).toList()) {
                    collect(file, tests);
                }
            }
        }
        tests.values().forEach(names -> names.sort(null));
        return tests;
    }

    private static void collect(Path file, Map<String, List<String>> tests) throws IOException {
        String type = file.getFileName().toString().replace(".java", "");
        List<String> pending = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            Matcher tag = TAG.matcher(line);
            Matcher method = METHOD.matcher(line);
            if (tag.find()) {
                pending.add(tag.group(1));
            } else if (method.find()) {
                for (String name : pending) {
                    tests.computeIfAbsent(name, key -> new ArrayList<>())
                            .add(type + "#" + method.group(1));
                }
                pending.clear();
            }
        }
    }
}
