/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopicFilterTest {

    @ParameterizedTest
    @CsvSource({
        // The examples of section 4.7.1.
        "sport/tennis/player1/#, sport/tennis/player1",
        "sport/tennis/player1/#, sport/tennis/player1/ranking",
        "sport/tennis/player1/#, sport/tennis/player1/score/wimbledon",
        "sport/#, sport",
        "sport/tennis/+, sport/tennis/player1",
        "sport/+, sport/",
        "+/+, /finance",
        "/+, /finance",
        "#, a/b/c",
        "+, finance",
        "me/commands/+, me/commands/0190",
        "+/tennis/#, sport/tennis",
        "a, a",
        "a/, a/",
        "/, /",
        "a//b, a//b",
        "a/+/b, a//b",
        "$SYS/#, $SYS/monitor/Clients",
        "$SYS/+, $SYS/monitor",
        "$share/group/me/+, me/state",
        "$share/group/#, a",
    })
    void matches(String filter, String topic) {
        assertThat(TopicFilter.of(filter).matches(TopicName.of(topic))).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "sport/tennis/+, sport/tennis/player1/ranking",
        "sport/+, sport",
        "+, /finance",
        "+, a/b",
        "a, A",
        "a, a/",
        "a/, a",
        "a, ab",
        "ab, a",
        "a/b, a",
        "a, a/b",
        "a/+/, a/b",
        "a/+, a/b/",
        "sport/tennis/#, sport/tennisball",
        "#, $SYS/monitor",
        "+/monitor, $SYS/monitor",
        "$share/group/#, $SYS/monitor",
        "$share/group/a, $share/group/a",
        "me/commands/+, me/commands",
    })
    @Tag("mqtt5:4.7.2-1")
    @Tag("mqtt311:4.7.2-1")
    void doesNotMatch(String filter, String topic) {
        assertThat(TopicFilter.of(filter).matches(TopicName.of(topic))).isFalse();
    }

    @Test
    @Tag("mqtt5:4.7.3-4")
    @Tag("mqtt311:4.7.3-4")
    void normalizesNothing() {
        TopicFilter composed = TopicFilter.of("me/caf\u00E9");
        assertThat(composed.matches(TopicName.of("me/caf\u00E9"))).isTrue();
        assertThat(composed.matches(TopicName.of("me/cafe\u0301"))).isFalse();
        assertThat(TopicFilter.of("me/state").matches(TopicName.of("me/../me/state"))).isFalse();
        assertThat(TopicFilter.of("me/state").matches(TopicName.of("me/./state"))).isFalse();
        assertThat(TopicFilter.of("me/state").matches(TopicName.of("me//state"))).isFalse();
        assertThat(TopicFilter.of("me/state").matches(TopicName.of("me/%73tate"))).isFalse();
        assertThat(TopicFilter.of("me/state").matches(TopicName.of("ME/STATE"))).isFalse();
    }

    @Test
    void nothingMatchesAnAliasThatNobodyResolved() {
        assertThat(TopicFilter.of("#").matches(TopicName.ALIASED)).isFalse();
    }

    @Test
    void knowsWhatItIs() {
        assertThat(TopicFilter.of("$share/g/a").isShared()).isTrue();
        assertThat(TopicFilter.of("$share").isShared()).isFalse();
        assertThat(TopicFilter.of("a/+/b").hasWildcard()).isTrue();
        assertThat(TopicFilter.of("#").hasWildcard()).isTrue();
        assertThat(TopicFilter.of("a/b").hasWildcard()).isFalse();
        assertThat(TopicName.of("$SYS").isReserved()).isTrue();
        assertThat(TopicName.of("a$").isReserved()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a#", "#/a", "a+", "+a", "$share/", "$share/g", "a\u0000"})
    void refusesFiltersThatAreNotWellFormed(String text) {
        assertThatThrownBy(() -> TopicFilter.of(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("MQTT-");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a/#", "+", "a\uD800"})
    void refusesNamesThatAreNotWellFormed(String text) {
        assertThatThrownBy(() -> TopicName.of(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("MQTT-");
    }
}
