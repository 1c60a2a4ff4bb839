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
import org.junit.jupiter.params.provider.ValueSource;

/** What is particular to CONNECT and CONNACK (sections 3.1 and 3.2). */
@DisplayNameGeneration(RuleNames.class)
class ConnectRulesTest {

    /** A CONNECT of 3.1.1 with these flags; behind the client identifier it ends. */
    private static String connect311(String flags) {
        return "10 0D 00 04 4D 51 54 54 04 " + flags + " 00 3C 00 01 61";
    }

    /** A CONNECT of 5.0 with these flags; behind the client identifier it ends. */
    private static String connect5(String flags) {
        return "10 0E 00 04 4D 51 54 54 05 " + flags + " 00 3C 00 00 01 61";
    }

    private static void assertRefusedInBoth(MqttRule rule, String flags) {
        assertRefused(server(), V3_1_1, rule, connect311(flags));
        assertRefused(server(), V5, rule, connect5(flags));
    }

    private static MqttDecoder server() {
        return MqttDecoder.forServer(MqttLimits.DEFAULT);
    }

    @Test
    void acceptsTheSampleThatTheOthersBreak() throws MalformedPacket {
        assertThat(server().decode(Hex.buffer(connect311("02"))))
                .isEqualTo(new Connect(V3_1_1, true, 60, "a"));
        assertThat(server().decode(Hex.buffer(connect5("02"))))
                .isEqualTo(new Connect(V5, true, 60, "a"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10 0D 00 04 6D 71 74 74 04 02 00 3C 00 01 61", // mqtt
                "10 0F 00 06 4D 51 49 73 64 70 03 02 00 3C 00 01 61", // MQIsdp of MQTT 3.1
                "10 09 00 00 04 02 00 3C 00 01 61"
            })
    @Refuses(MqttRule.PROTOCOL_NAME)
    void refusesOtherProtocolNames(String wire) {
        assertRefused(server(), V5, MqttRule.PROTOCOL_NAME, wire);
    }

    @ParameterizedTest
    @ValueSource(strings = {"00", "03", "06", "84", "FF"})
    @Refuses(MqttRule.PROTOCOL_LEVEL)
    void refusesOtherProtocolLevels(String level) {
        String wire = "10 0D 00 04 4D 51 54 54 " + level + " 02 00 3C 00 01 61";
        assertRefused(server(), V5, MqttRule.PROTOCOL_LEVEL, wire);
    }

    @Test
    @Refuses(MqttRule.CONNECT_RESERVED_FLAG)
    void refusesReservedFlag() {
        assertRefusedInBoth(MqttRule.CONNECT_RESERVED_FLAG, "03");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0A", "12", "1A"})
    @Tag("mqtt5:3.1.2-11")
    @Tag("mqtt311:3.1.2-11")
    @Tag("mqtt311:3.1.2-13")
    @Refuses(MqttRule.WILL_QOS_WITHOUT_WILL)
    void refusesWillQosWithoutWill(String flags) {
        assertRefusedInBoth(MqttRule.WILL_QOS_WITHOUT_WILL, flags);
    }

    @Test
    @Tag("mqtt5:3.1.2-12")
    @Tag("mqtt311:3.1.2-14")
    @Refuses(MqttRule.WILL_QOS)
    void refusesWillQosThree() {
        assertRefusedInBoth(MqttRule.WILL_QOS, "1E");
    }

    @Test
    @Tag("mqtt5:3.1.2-13")
    @Tag("mqtt311:3.1.2-15")
    @Refuses(MqttRule.WILL_RETAIN_WITHOUT_WILL)
    void refusesWillRetainWithoutWill() {
        assertRefusedInBoth(MqttRule.WILL_RETAIN_WITHOUT_WILL, "22");
    }

    @Test
    @Tag("mqtt5:3.1.2-9")
    @Tag("mqtt5:3.1.2-17")
    @Tag("mqtt5:3.1.2-19")
    @Tag("mqtt311:3.1.2-9")
    @Tag("mqtt311:3.1.2-19")
    @Tag("mqtt311:3.1.2-21")
    @Refuses(MqttRule.TRUNCATED_FIELD)
    void refusesFlagsForFieldsThatAreNotThere() {
        // Will [MQTT-3.1.2-9], user name [MQTT-3.1.2-19], password [MQTT-3.1.2-21] of 3.1.1.
        assertRefusedInBoth(MqttRule.TRUNCATED_FIELD, "06");
        assertRefusedInBoth(MqttRule.TRUNCATED_FIELD, "82");
        assertRefused(server(), V5, MqttRule.TRUNCATED_FIELD, connect5("42"));
    }

    @Test
    @Tag("mqtt5:3.1.2-16")
    @Tag("mqtt5:3.1.2-18")
    @Tag("mqtt311:3.1.2-18")
    @Tag("mqtt311:3.1.2-20")
    @Refuses(MqttRule.TRAILING_BYTES)
    void refusesFieldsWithoutTheirFlags() {
        // A user name that no flag announces, and a password behind one that is announced.
        String userName = " 00 01 75";
        String password = " 00 01 70";
        assertRefused(
                server(),
                V3_1_1,
                MqttRule.TRAILING_BYTES,
                "10 10 00 04 4D 51 54 54 04 02 00 3C 00 01 61" + userName);
        assertRefused(
                server(),
                V5,
                MqttRule.TRAILING_BYTES,
                "10 11 00 04 4D 51 54 54 05 02 00 3C 00 00 01 61" + userName);
        assertRefused(
                server(),
                V3_1_1,
                MqttRule.TRAILING_BYTES,
                "10 13 00 04 4D 51 54 54 04 82 00 3C 00 01 61" + userName + password);
        assertRefused(
                server(),
                V5,
                MqttRule.TRAILING_BYTES,
                "10 14 00 04 4D 51 54 54 05 82 00 3C 00 00 01 61" + userName + password);
    }

    @Test
    @Tag("mqtt311:3.1.2-22")
    @Refuses(MqttRule.PASSWORD_WITHOUT_USER_NAME)
    void refusesPasswordWithoutUserNameIn311() {
        assertRefused(
                server(),
                V3_1_1,
                MqttRule.PASSWORD_WITHOUT_USER_NAME,
                "10 10 00 04 4D 51 54 54 04 42 00 3C 00 01 61 00 01 70");
    }

    @Test
    @Refuses(MqttRule.CLIENT_ID_OF_KEPT_SESSION)
    void refusesEmptyClientIdentifierForKeptSessionIn311() {
        assertRefused(
                server(),
                V3_1_1,
                MqttRule.CLIENT_ID_OF_KEPT_SESSION,
                "10 0C 00 04 4D 51 54 54 04 00 00 3C 00 00");
    }

    @Test
    void acceptsEmptyClientIdentifierForKeptSessionIn5() throws MalformedPacket {
        assertThat(server().decode(Hex.buffer("10 0D 00 04 4D 51 54 54 05 00 00 3C 00 00 00")))
                .isEqualTo(new Connect(V5, false, 60, ""));
    }

    @Test
    @Refuses(MqttRule.CLIENT_ID_LENGTH)
    void refusesClientIdentifierOverTheLimit() throws MalformedPacket {
        int limit = MqttLimits.DEFAULT.clientIdBytesMax();
        Connect fits = new Connect(V5, true, 60, "c".repeat(limit));
        Connect tooLong = new Connect(V5, true, 60, "c".repeat(limit + 1));
        MqttEncoder encoder = new MqttEncoder(V5);

        assertThat(server().decode(encoder.encode(fits))).isEqualTo(fits);
        assertRefused(
                server(),
                V5,
                MqttRule.CLIENT_ID_LENGTH,
                Hex.of(Bytes.toArray(encoder.encode(tooLong))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"02", "80", "FF"})
    @Refuses(MqttRule.CONNACK_RESERVED_FLAGS)
    void refusesReservedAcknowledgeFlags(String flags) {
        assertRefused(
                MqttDecoder.forClient(V3_1_1, MqttLimits.DEFAULT),
                V3_1_1,
                MqttRule.CONNACK_RESERVED_FLAGS,
                "20 02 " + flags + " 00");
        assertRefused(
                MqttDecoder.forClient(V5, MqttLimits.DEFAULT),
                V5,
                MqttRule.CONNACK_RESERVED_FLAGS,
                "20 03 " + flags + " 00 00");
    }

    @Test
    @Refuses(MqttRule.SESSION_PRESENT_ON_FAILURE)
    void refusesSessionPresentOnRefusedConnection() {
        assertRefused(
                MqttDecoder.forClient(V3_1_1, MqttLimits.DEFAULT),
                V3_1_1,
                MqttRule.SESSION_PRESENT_ON_FAILURE,
                "20 02 01 05");
        assertRefused(
                MqttDecoder.forClient(V5, MqttLimits.DEFAULT),
                V5,
                MqttRule.SESSION_PRESENT_ON_FAILURE,
                "20 03 01 87 00");
    }

    @Test
    @Refuses(MqttRule.REASON_CODE)
    void refusesUnknownReturnAndReasonCodes() {
        // [MQTT-3.2.2-8] of 5.0; codes above 5 are reserved in table 3.1 of 3.1.1.
        assertRefused(
                MqttDecoder.forClient(V3_1_1, MqttLimits.DEFAULT),
                V3_1_1,
                MqttRule.REASON_CODE,
                "20 02 00 06");
        assertRefused(
                MqttDecoder.forClient(V5, MqttLimits.DEFAULT),
                V5,
                MqttRule.REASON_CODE,
                "20 03 00 8E 00");
    }
}
