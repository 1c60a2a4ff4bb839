/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.top;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ServerViewTest {

    private static final JsonNode NO_DEVICES = JsonMapper.shared().readTree("{\"devices\":[]}");

    @Test
    void showsRatesOfWhatIsCountedBetweenTwoLooks() {
        assertThat(
                        view(
                                "breakwater_channel_connections 10\n" + publishes(100),
                                "breakwater_channel_connections 12\n" + publishes(50_100)))
                .anySatisfy(
                        line -> assertThat(line.split("\\s+")).startsWith("12").contains("25,000"));
    }

    @Test
    void countsFromZeroAfterTheServerWasRestarted() {
        assertThat(view(publishes(1_000_000), publishes(40)))
                .anySatisfy(line -> assertThat(line.split("\\s+")).contains("20"));
    }

    @Test
    void showsTheMostFrequentRefusalsOfTheMomentFirst() {
        List<String> lines =
                view(
                        refusals("quota-exceeded", 10) + refusals("certificate-expired", 5_000),
                        refusals("quota-exceeded", 30) + refusals("certificate-expired", 5_002));
        assertThat(lines.indexOf(line(lines, "quota-exceeded")))
                .isLessThan(lines.indexOf(line(lines, "certificate-expired")));
        assertThat(line(lines, "quota-exceeded").split("\\s+")).contains("10", "30");
        assertThat(line(lines, "certificate-expired").split("\\s+")).contains("1.0", "5,002");
    }

    @Test
    void listsTheHeaviestDevices() {
        JsonNode devices =
                JsonMapper.shared()
                        .readTree(
                                """
                                {"devices":[{"id":"d-1","packetsPerSecond":99.5,
                                "bytesPerSecond":204800,"slowed":true}]}""");
        List<String> lines = new ServerView(page("", 0), page("", 2), devices).lines();
        assertThat(line(lines, "d-1").split("\\s+")).containsExactly("d-1", "100", "200", "yes");
    }

    private static String line(List<String> lines, String with) {
        return lines.stream().filter(line -> line.contains(with)).findFirst().orElseThrow();
    }

    private static String publishes(int count) {
        return "breakwater_channel_packets_total{direction=\"received\",type=\"publish\"} %d\n"
                .formatted(count);
    }

    private static String refusals(String reason, int count) {
        return "breakwater_refusals_total{reason=\"%s\",where=\"channel\"} %d\n"
                .formatted(reason, count);
    }

    private static List<String> view(String before, String after) {
        return new ServerView(page(before, 0), page(after, 2), NO_DEVICES).lines();
    }

    private static MetricsPage page(String text, int second) {
        return MetricsPage.parse(text, Duration.ofSeconds(second).toNanos());
    }
}
