/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.cli.outcome.ExitCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A log that programs read: each line is one JSON object, whatever strangers send. That no secret
 * is in it is tested where all outputs are searched, in {@link SecretCanaryTest}.
 */
@Tag("system")
final class JsonLogTest {

    @TempDir Path directory;

    @Test
    void isOneObjectALineWithTheMembersThatAreDocumented() throws Exception {
        ServerPlace place =
                ServerPlace.in(directory)
                        .with("BREAKWATER_LOG", "DEBUG")
                        .with("BREAKWATER_LOG_FORMAT", "json");
        List<JsonNode> lines;
        try (ServerProcess server = ServerProcess.start(place)) {
            try (Administrator operator = Administrator.setUp(server)) {
                String product = operator.createProduct("Quoted \"tank\" {}");
                String code = operator.createEnrollmentCode(product, List.of("LOG-0001"));
                var trust = EnrolledDevice.trust(server);
                assertThat(EnrolledDevice.enroll(place, trust, "LOG-0001", code)).isNotNull();
            }
            knock(place);
            server.stop();
            lines = parsed(server.process().err());
            assertThat(server.process().out().getFirst()).startsWith("Breakwater listens");
        }

        assertThat(lines)
                .isNotEmpty()
                .allSatisfy(
                        line -> {
                            assertThat(line.path("timestamp").isIntegralNumber()).isTrue();
                            assertThat(line.path("level").asString())
                                    .isIn("ERROR", "WARN", "INFO", "DEBUG");
                            assertThat(line.path("threadName").isString()).isTrue();
                            assertThat(line.path("loggerName").isString()).isTrue();
                            assertThat(line.path("formattedMessage").isString()).isTrue();
                            assertThat(line.propertyNames())
                                    .isSubsetOf(
                                            "timestamp",
                                            "level",
                                            "threadName",
                                            "loggerName",
                                            "formattedMessage",
                                            "kvpList",
                                            "throwable");
                        });
        assertThat(lines)
                .anySatisfy(
                        line -> {
                            assertThat(line.path("formattedMessage").asString())
                                    .startsWith("refused: ");
                            assertThat(line.path("kvpList").toString())
                                    .contains("{\"where\":\"channel\"}", "{\"reason\":\"");
                        });
    }

    @Test
    void isForPeopleUnlessItIsWantedOtherwise() throws Exception {
        ServerPlace place = ServerPlace.in(directory).with("BREAKWATER_LOG", "INFO");
        try (ServerProcess server = ServerProcess.start(place)) {
            knock(place);
            server.stop();

            assertThat(server.process().err())
                    .anyMatch(line -> line.matches("[0-9T:.-]+Z INFO  \\w+: refused: .*"));
            assertThat(server.process().out().getFirst()).startsWith("Breakwater listens");
        }
    }

    @Test
    void refusesAFormatThatItDoesNotKnow() throws Exception {
        ServerPlace place = ServerPlace.in(directory).with("BREAKWATER_LOG_FORMAT", "xml");
        try (RunningProcess process = place.launch()) {
            assertThat(process.awaitEnd()).isEqualTo(ExitCode.USAGE.number());
            assertThat(process.err())
                    .contains(
                            "breakwater: BREAKWATER_LOG_FORMAT is 'xml' and must be one of text, json");
        }
    }

    /** A stranger whose bytes are no TLS. */
    private static void knock(ServerPlace place) throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), place.ports().channel())) {
            socket.getOutputStream()
                    .write("\"}\n{\r\0 not TLS".repeat(9).getBytes(StandardCharsets.UTF_8));
            while (socket.getInputStream().read() >= 0) {
                // Until the server has had enough.
            }
        } catch (IOException reset) {
            assertThat(reset.getMessage()).isNotNull();
        }
    }

    private static List<JsonNode> parsed(List<String> lines) {
        List<JsonNode> parsed = new ArrayList<>();
        for (String line : lines) {
            parsed.add(object(line));
        }
        return parsed;
    }

    private static JsonNode object(String line) {
        try {
            JsonNode json = JsonMapper.shared().readTree(line);
            assertThat(json.isObject()).as(line).isTrue();
            return json;
        } catch (JacksonException noJson) {
            throw new AssertionError("no JSON: " + line, noJson);
        }
    }
}
