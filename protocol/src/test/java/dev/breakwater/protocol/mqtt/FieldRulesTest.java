/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.mqtt;

import static dev.breakwater.protocol.mqtt.Decoders.assertRefused;
import static dev.breakwater.protocol.mqtt.MqttVersion.V3_1_1;
import static dev.breakwater.protocol.mqtt.MqttVersion.V5;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Lengths, strings, numbers, packet identifiers and reason codes, in whatever packet they stand.
 */
@DisplayNameGeneration(RuleNames.class)
class FieldRulesTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "30 00", // No topic at all.
                "30 01 00", // Half a length.
                "30 03 00 02 61", // A topic of two bytes in one.
                "32 04 00 01 61 00", // Half a packet identifier.
                "40 01 00",
                "82 05 00 01 00 01 61" // A filter without its QoS.
            })
    @Refuses(MqttRule.TRUNCATED_FIELD)
    void refusesFieldThatReachesBeyondItsPacket(String wire) throws MalformedPacket {
        assertRefused(Decoders.server(V3_1_1), V3_1_1, MqttRule.TRUNCATED_FIELD, wire);
    }

    @Test
    @Refuses(MqttRule.TRUNCATED_FIELD)
    void refusesPropertyLengthThatReachesBeyondThePacket() throws MalformedPacket {
        assertRefused(Decoders.server(V5), V5, MqttRule.TRUNCATED_FIELD, "30 05 00 01 61 02 01");
    }

    @Test
    @Refuses(MqttRule.TRUNCATED_FIELD)
    void refusesPropertyThatReachesBeyondItsListIntoThePayload() throws MalformedPacket {
        assertRefused(
                Decoders.server(V5), V5, MqttRule.TRUNCATED_FIELD, "30 07 00 01 61 02 23 00 01");
    }

    @ParameterizedTest
    @ValueSource(strings = {"C0 01 00", "40 03 00 01 00", "E0 01 00"})
    @Refuses(MqttRule.TRAILING_BYTES)
    void refusesBytesBehindTheLastFieldIn311(String wire) throws MalformedPacket {
        assertRefused(Decoders.server(V3_1_1), V3_1_1, MqttRule.TRAILING_BYTES, wire);
    }

    @ParameterizedTest
    @ValueSource(strings = {"C0 01 00", "40 05 00 01 00 00 00", "E0 03 00 00 00"})
    @Refuses(MqttRule.TRAILING_BYTES)
    void refusesBytesBehindTheLastFieldIn5(String wire) throws MalformedPacket {
        assertRefused(Decoders.server(V5), V5, MqttRule.TRAILING_BYTES, wire);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "30 03 00 01 80", // A continuation byte alone.
                "30 03 00 01 C3", // The first of two bytes.
                "30 04 00 02 C0 80", // U+0000, overlong: a filter for zero bytes would miss it.
                "30 04 00 02 C1 A3", // '#', overlong: a filter for wildcards would miss it.
                "30 05 00 03 E0 80 AF", // '/', overlong.
                "30 05 00 03 ED A0 80", // U+D800, half a surrogate pair.
                "30 05 00 03 ED BF BF", // U+DFFF.
                "30 08 00 06 ED A0 81 ED B0 80", // A whole pair in CESU-8.
                "30 06 00 04 F4 90 80 80", // U+110000.
                "30 07 00 05 F8 88 80 80 80", // Five bytes.
                "30 03 00 01 FF"
            })
    @Tag("mqtt5:1.5.4-1")
    @Refuses(MqttRule.UTF8_WELL_FORMED)
    void refusesStringThatIsNotWellFormed(String wire) throws MalformedPacket {
        assertRefused(Decoders.server(V3_1_1), V3_1_1, MqttRule.UTF8_WELL_FORMED, wire);
        assertRefused(Decoders.server(V5), V5, MqttRule.UTF8_WELL_FORMED, wire);
    }

    @ParameterizedTest
    @CsvSource({
        "client identifier, 10 0D 00 04 4D 51 54 54 04 02 00 3C 00 01 FF",
        "will topic,        10 12 00 04 4D 51 54 54 04 06 00 3C 00 01 61 00 01 FF 00 00",
        "user name,         10 10 00 04 4D 51 54 54 04 82 00 3C 00 01 61 00 01 FF",
    })
    @Tag("mqtt311:3.1.3-4")
    @Tag("mqtt311:3.1.3-10")
    @Tag("mqtt311:3.1.3-11")
    @Refuses(MqttRule.UTF8_WELL_FORMED)
    void refusesBadStringsOfConnectIn311(String field, String wire) {
        MqttDecoder decoder = MqttDecoder.forServer(MqttLimits.DEFAULT);
        assertRefused(decoder, V3_1_1, MqttRule.UTF8_WELL_FORMED, wire);
    }

    @ParameterizedTest
    @CsvSource({
        "client identifier, 10 0E 00 04 4D 51 54 54 05 02 00 3C 00 00 01 FF",
        "will topic,        10 14 00 04 4D 51 54 54 05 06 00 3C 00 00 01 61 00 00 01 FF 00 00",
        "user name,         10 11 00 04 4D 51 54 54 05 82 00 3C 00 00 01 61 00 01 FF",
        "name of a pair,    10 15 00 04 4D 51 54 54 05 02 00 3C 07 26 00 01 FF 00 01 61 00 01 61",
        "value of a pair,   10 15 00 04 4D 51 54 54 05 02 00 3C 07 26 00 01 61 00 01 FF 00 01 61",
    })
    @Tag("mqtt5:1.5.7-1")
    @Tag("mqtt5:3.1.3-4")
    @Tag("mqtt5:3.1.3-11")
    @Tag("mqtt5:3.1.3-12")
    @Refuses(MqttRule.UTF8_WELL_FORMED)
    void refusesBadStringsOfConnectIn5(String field, String wire) {
        MqttDecoder decoder = MqttDecoder.forServer(MqttLimits.DEFAULT);
        assertRefused(decoder, V5, MqttRule.UTF8_WELL_FORMED, wire);
    }

    @ParameterizedTest
    @CsvSource({
        "topic name,            30 03 00 01 FF",
        "filter to subscribe,   82 06 00 01 00 01 FF 00",
        "filter to unsubscribe, A2 05 00 01 00 01 FF",
    })
    @Tag("mqtt311:3.3.2-1")
    @Tag("mqtt311:3.8.3-1")
    @Tag("mqtt311:3.10.3-1")
    @Refuses(MqttRule.UTF8_WELL_FORMED)
    void refusesBadStringsOfASessionIn311(String field, String wire) throws MalformedPacket {
        assertRefused(Decoders.server(V3_1_1), V3_1_1, MqttRule.UTF8_WELL_FORMED, wire);
    }

    @ParameterizedTest
    @CsvSource({
        "topic name,            30 04 00 01 FF 00",
        "response topic,        30 08 00 01 61 04 08 00 01 FF",
        "content type,          30 08 00 01 61 04 03 00 01 FF",
        "value of a pair,       30 0B 00 01 61 07 26 00 01 61 00 01 FF",
        "filter to subscribe,   82 07 00 01 00 00 01 FF 00",
        "filter to unsubscribe, A2 06 00 01 00 00 01 FF",
    })
    @Tag("mqtt5:1.5.7-1")
    @Tag("mqtt5:3.3.2-1")
    @Tag("mqtt5:3.3.2-13")
    @Tag("mqtt5:3.3.2-19")
    @Tag("mqtt5:3.8.3-1")
    @Tag("mqtt5:3.10.3-1")
    @Refuses(MqttRule.UTF8_WELL_FORMED)
    void refusesBadStringsOfASessionIn5(String field, String wire) throws MalformedPacket {
        assertRefused(Decoders.server(V5), V5, MqttRule.UTF8_WELL_FORMED, wire);
    }

    @ParameterizedTest
    @ValueSource(strings = {"30 03 00 01 61", "82 02 00 01", "A2 02 00 01"})
    @Tag("mqtt5:2.2.2-1")
    @Refuses(MqttRule.TRUNCATED_FIELD)
    void refusesPacketWithoutPropertyLengthIn5(String wire) throws MalformedPacket {
        assertRefused(Decoders.server(V5), V5, MqttRule.TRUNCATED_FIELD, wire);
    }

    @ParameterizedTest
    @ValueSource(strings = {"30 03 00 01 00", "30 06 00 04 C3 BC 00 61"})
    @Tag("mqtt5:1.5.4-2")
    @Tag("mqtt5:4.7.3-2")
    @Tag("mqtt311:4.7.3-2")
    @Refuses(MqttRule.UTF8_NULL)
    void refusesStringWithTheNullCharacter(String wire) throws MalformedPacket {
        assertRefused(Decoders.server(V3_1_1), V3_1_1, MqttRule.UTF8_NULL, wire);
        assertRefused(Decoders.server(V5), V5, MqttRule.UTF8_NULL, wire);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "30 03 00 01 0A", // A line feed, to forge a line of the log.
                "30 03 00 01 1B", // Escape, to drive the operator's terminal.
                "30 03 00 01 7F",
                "30 04 00 02 C2 85", // U+0085, next line.
                "30 05 00 03 EF BF BF", // U+FFFF.
                "30 05 00 03 EF B7 90", // U+FDD0.
                "30 06 00 04 F0 9F BF BE" // U+1FFFE.
            })
    @Refuses(MqttRule.UTF8_CONTROL)
    void refusesStringWithControlCharacterOrNonCharacter(String wire) throws MalformedPacket {
        assertRefused(Decoders.server(V3_1_1), V3_1_1, MqttRule.UTF8_CONTROL, wire);
    }

    @Test
    @Tag("mqtt5:1.5.4-3")
    @Tag("mqtt311:1.5.3-3")
    void keepsTheZeroWidthNoBreakSpace() throws MalformedPacket {
        // [MQTT-1.5.3-3] and [MQTT-1.5.4-3]: it is not a byte order mark to be stripped.
        assertThat(Decoders.server(V3_1_1).decode(Hex.buffer("30 05 00 03 EF BB BF")))
                .isEqualTo(Publish.atMostOnce(TopicName.of("\uFEFF"), new byte[0]));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "30 05 00 01 61 80 00", // A property length of 0 in two bytes.
                "30 08 00 01 61 80 80 80 80 01", // A property length of five bytes.
                "82 0C 00 01 03 0B 81 00 00 01 61 00 00 00" // A subscription identifier.
            })
    @Tag("mqtt5:1.5.5-1")
    @Refuses(MqttRule.VARIABLE_BYTE_INTEGER)
    void refusesVariableByteIntegerThatIsNotTheShortestOfAtMostFourBytes(String wire)
            throws MalformedPacket {
        assertRefused(Decoders.server(V5), V5, MqttRule.VARIABLE_BYTE_INTEGER, wire);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "32 05 00 01 61 00 00",
                "34 05 00 01 61 00 00",
                "40 02 00 00",
                "50 02 00 00",
                "62 02 00 00",
                "70 02 00 00",
                "82 06 00 00 00 01 61 00",
                "A2 05 00 00 00 01 61"
            })
    @Tag("mqtt5:2.2.1-3")
    @Tag("mqtt311:2.3.1-1")
    @Refuses(MqttRule.PACKET_IDENTIFIER)
    void refusesPacketIdentifierZero(String wire) throws MalformedPacket {
        assertRefused(Decoders.server(V3_1_1), V3_1_1, MqttRule.PACKET_IDENTIFIER, wire);
        assertRefused(Decoders.server(V5), V5, MqttRule.PACKET_IDENTIFIER, wire);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "40 03 00 01 92", // PUBACK: packet identifier not found [MQTT-3.4.2-1].
                "50 03 00 01 04", // PUBREC [MQTT-3.5.2-1].
                "62 03 00 01 80", // PUBREL [MQTT-3.6.2-1].
                "70 03 00 01 10", // PUBCOMP [MQTT-3.7.2-1].
                "E0 01 01", // DISCONNECT [MQTT-3.14.2-1].
                "F0 01 87", // AUTH [MQTT-3.15.2-1].
                "40 03 00 01 05" // Defined nowhere.
            })
    @Tag("mqtt5:3.6.2-1")
    @Tag("mqtt5:3.15.2-1")
    @Refuses(MqttRule.REASON_CODE)
    void refusesReasonCodeThatThePacketCannotCarry(String wire) throws MalformedPacket {
        assertRefused(Decoders.server(V5), V5, MqttRule.REASON_CODE, wire);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "87", "89", "8B", "8C", "8D", "8E", "8F", "9A", "9B", "9C", "9D", "9E", "9F", "A0",
                "A1", "A2"
            })
    @Tag("mqtt5:3.14.2-1")
    @Refuses(MqttRule.REASON_CODE)
    void refusesFromAClientWhatOnlyAServerSaysInDisconnect(String code) throws MalformedPacket {
        String wire = "E0 01 " + code;
        assertRefused(Decoders.server(V5), V5, MqttRule.REASON_CODE, wire);
        assertThat(Decoders.client(V5).decode(Hex.buffer(wire))).isInstanceOf(Disconnect.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00", "04", "80", "81", "82", "83", "90", "93", "94", "95", "96", "97", "98", "99"
            })
    void takesFromAClientWhatItMaySayInDisconnect(String code) throws MalformedPacket {
        assertThat(Decoders.server(V5).decode(Hex.buffer("E0 01 " + code)))
                .isInstanceOf(Disconnect.class);
    }

    @Test
    @Tag("mqtt5:3.15.2-1")
    @Refuses(MqttRule.REASON_CODE)
    void refusesReasonCodesOfTheOtherSide() throws MalformedPacket {
        String asksForTheWill = "E0 01 04";
        String succeeds = "F0 06 00 04 15 00 01 4D";
        String asksAgain = "F0 06 19 04 15 00 01 4D";
        assertRefused(Decoders.client(V5), V5, MqttRule.REASON_CODE, asksForTheWill);
        assertRefused(Decoders.server(V5), V5, MqttRule.REASON_CODE, succeeds);
        assertRefused(Decoders.server(V5), V5, MqttRule.REASON_CODE, "F0 00");
        assertRefused(Decoders.client(V5), V5, MqttRule.REASON_CODE, asksAgain);
        assertThat(Decoders.server(V5).decode(Hex.buffer(asksAgain))).isInstanceOf(Auth.class);
        assertThat(Decoders.client(V5).decode(Hex.buffer(succeeds))).isInstanceOf(Auth.class);
    }

    @Test
    @Refuses(MqttRule.REASON_CODE)
    void refusesReasonCodesThatAServerCannotSend() throws MalformedPacket {
        // SUBACK [MQTT-3.9.3-2] of both versions, UNSUBACK [MQTT-3.11.3-2].
        assertRefused(Decoders.client(V5), V5, MqttRule.REASON_CODE, "90 04 00 01 00 03");
        assertRefused(Decoders.client(V3_1_1), V3_1_1, MqttRule.REASON_CODE, "90 03 00 01 87");
        assertRefused(Decoders.client(V5), V5, MqttRule.REASON_CODE, "B0 04 00 01 00 01");
    }
}
