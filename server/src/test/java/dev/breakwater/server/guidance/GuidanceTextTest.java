/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.guidance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class GuidanceTextTest {

    private static final String ALL =
            """
            {"language":"de","name":"Aquarium","maker":"Riff & Töchter",\
            "keeps":[{"name":"feedings","purpose":"Wann gefüttert wurde","sensitivity":"personal","retention":"PT48H"},\
            {"name":"key-*","purpose":"Schlüssel","sensitivity":"secret"}],\
            "talksTo":[{"who":"Riff","host":"tanks.example.org","purpose":"Messwerte"},{"who":"Ihr Telefon","purpose":"Einrichtung"}],\
            "supportedUntil":"2031-12-31","guarding":"Stellen Sie es hoch.","erasingByHand":"Taste\\nzehn Sekunden.",\
            "securityContact":"mailto:security@example.org","moreAt":"https://example.org/tank"}""";

    @Test
    void readsWhatItWrites() throws GuidanceRefused {
        JsonNode json = JsonMapper.shared().readTree(ALL);
        OwnerGuidance read = GuidanceText.read(json);
        assertThat(GuidanceText.of(read)).isEqualTo(json);
        assertThat(read.keeps().orElseThrow()).hasSize(2);
    }

    @Test
    void tellsNothingStatedFromNothingThere() throws GuidanceRefused {
        assertThat(read("{}")).isEqualTo(OwnerGuidance.NOTHING);
        OwnerGuidance none = read("{\"keeps\":[],\"talksTo\":[]}");
        assertThat(none.keeps()).contains(List.of());
        assertThat(none.talksTo()).contains(List.of());
        assertThat(none).isNotEqualTo(OwnerGuidance.NOTHING);
        assertThat(GuidanceText.of(OwnerGuidance.NOTHING)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"supportedUntil\":\"2031-02-30\"}                | /supportedUntil",
                "{\"supportedUntil\":\"soon\"}                      | /supportedUntil",
                "{\"moreAt\":\"mailto:a@example.org\"}              | /moreAt",
                "{\"moreAt\":\"http://example.org\"}                | /moreAt",
                "{\"securityContact\":\"javascript:alert(1)\"}      | /securityContact",
                "{\"keeps\":[{\"sensitivity\":\"secret\",\"retention\":\"P\"}]}     | /keeps/0/retention",
                "{\"keeps\":[{\"sensitivity\":\"secret\",\"retention\":\"PT1M\"}]}  | /keeps/0/retention",
                "{\"keeps\":[{\"sensitivity\":\"secret\",\"retention\":\"P9999D\"}]}| /keeps/0/retention",
            })
    void namesWhatCannotBeTaken(String json, String pointer) {
        GuidanceRefused refused = catchThrowableOfType(GuidanceRefused.class, () -> read(json));
        assertThat(refused.pointer()).isEqualTo(pointer);
        assertThat(refused.text()).isNotBlank();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://example.org",
                "https://example.org:8443/a/b?c=d&e=%20#f",
                "mailto:security+tank@example.org",
            })
    void takesALinkByWhichNothingRuns(String link) {
        assertThat(new MakerLink(link).text()).isEqualTo(link);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "http://example.org",
                "HTTPS://example.org",
                "//example.org",
                "javascript:alert(1)",
                "data:text/html,x",
                "https://user:password@example.org/",
                "https://example.org\\@evil.example",
                "https://exämple.org",
                "https://example.org/\"onclick=\"x",
                "https://example.org/ x",
                "https://example.org/\n",
                "https://",
                "mailto:",
                "mailto:a@example.org?bcc=b@example.org",
                "mailto:a b@example.org",
            })
    void refusesEveryOtherLink(String link) {
        assertThatThrownBy(() -> new MakerLink(link)).isInstanceOf(IllegalArgumentException.class);
    }

    private static OwnerGuidance read(String json) throws GuidanceRefused {
        return GuidanceText.read(JsonMapper.shared().readTree(json));
    }
}
