/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.mqtt;

import static dev.breakwater.protocol.mqtt.Decoders.assertRefused;
import static dev.breakwater.protocol.mqtt.MqttVersion.V3_1_1;
import static dev.breakwater.protocol.mqtt.MqttVersion.V5;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The fixed header and the order of packets; each refusal needs no byte beyond those shown. */
@DisplayNameGeneration(RuleNames.class)
class HeaderRulesTest {

    @ParameterizedTest
    @EnumSource
    @Refuses(MqttRule.PACKET_TYPE_DEFINED)
    void refusesPacketTypeZero(MqttVersion version) throws MalformedPacket {
        assertRefused(Decoders.server(version), version, MqttRule.PACKET_TYPE_DEFINED, "00");
    }

    @ParameterizedTest
    @ValueSource(strings = {"41", "52", "60", "72", "80", "83", "A0", "C1", "E1", "E8", "F1"})
    @Tag("mqtt5:2.1.3-1")
    @Tag("mqtt5:3.15.1-1")
    @Tag("mqtt311:2.2.2-1")
    @Refuses(MqttRule.FIXED_HEADER_FLAGS)
    void refusesReservedFlagsOfWhatAClientSends(String firstByte) throws MalformedPacket {
        assertRefused(Decoders.server(V5), V5, MqttRule.FIXED_HEADER_FLAGS, firstByte);
        if (!firstByte.startsWith("F")) {
            assertRefused(Decoders.server(V3_1_1), V3_1_1, MqttRule.FIXED_HEADER_FLAGS, firstByte);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"91", "B2", "D1", "48"})
    @Refuses(MqttRule.FIXED_HEADER_FLAGS)
    void refusesReservedFlagsOfWhatAServerSends(String firstByte) throws MalformedPacket {
        assertRefused(Decoders.client(V5), V5, MqttRule.FIXED_HEADER_FLAGS, firstByte);
    }

    @Test
    @Refuses(MqttRule.FIXED_HEADER_FLAGS)
    void refusesReservedFlagsOfTheOpeningPackets() {
        MqttLimits limits = MqttLimits.DEFAULT;
        MqttDecoder client = MqttDecoder.forClient(V5, limits);
        assertRefused(MqttDecoder.forServer(limits), V5, MqttRule.FIXED_HEADER_FLAGS, "11");
        assertRefused(client, V5, MqttRule.FIXED_HEADER_FLAGS, "22");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "C0 80 80 80 80", // A fourth byte that announces a fifth.
                "C0 FF FF FF FF",
                "C0 80 00", // 0 in two bytes.
                "C0 82 80 00", // 2 in three bytes.
                "C0 80 80 80 00"
            })
    @Tag("mqtt5:1.5.5-1")
    @Refuses(MqttRule.REMAINING_LENGTH)
    void refusesRemainingLengthThatIsNotTheShortestOfAtMostFourBytes(String header)
            throws MalformedPacket {
        assertRefused(Decoders.server(V5), V5, MqttRule.REMAINING_LENGTH, header);
        assertRefused(Decoders.server(V3_1_1), V3_1_1, MqttRule.REMAINING_LENGTH, header);
    }

    @Test
    @Refuses(MqttRule.PACKET_SIZE)
    void refusesFirstPacketOverItsLimitFromTheHeaderAlone() {
        assertRefused(
                MqttDecoder.forServer(MqttLimits.DEFAULT),
                V5,
                MqttRule.PACKET_SIZE,
                "10 FE 3F // 8,190 bytes behind 3 of header: one more than 8 KiB");
    }

    @Test
    @Refuses(MqttRule.PACKET_SIZE)
    void refusesLaterPacketOverItsLimitFromTheHeaderAlone() throws MalformedPacket {
        assertRefused(
                Decoders.server(V5),
                V5,
                MqttRule.PACKET_SIZE,
                "30 FD FF 07 // 131,069 bytes behind 4 of header: one more than 128 KiB");
    }

    @Test
    void awaitsPacketsThatJustFitTheirLimits() throws MalformedPacket {
        assertThat(MqttDecoder.forServer(MqttLimits.DEFAULT).decode(Hex.buffer("10 FD 3F")))
                .isNull();
        assertThat(Decoders.server(V5).decode(Hex.buffer("30 FC FF 07"))).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"30", "40", "82", "C0", "E0", "F0", "20", "31 FF FF FF 7F"})
    @Refuses(MqttRule.FIRST_PACKET_IS_CONNECT)
    void refusesFirstPacketOtherThanConnectFromItsFirstByte(String wire) {
        // CVE-2023-0809: brokers have buffered what such a packet's length announced.
        assertRefused(
                MqttDecoder.forServer(MqttLimits.DEFAULT),
                V5,
                MqttRule.FIRST_PACKET_IS_CONNECT,
                wire);
    }

    @ParameterizedTest
    @EnumSource
    @Refuses(MqttRule.SECOND_CONNECT)
    void refusesSecondConnect(MqttVersion version) throws MalformedPacket {
        assertRefused(Decoders.server(version), version, MqttRule.SECOND_CONNECT, "10");
    }

    @ParameterizedTest
    @ValueSource(strings = {"30", "D0", "E0"})
    @Refuses(MqttRule.FIRST_PACKET_IS_CONNACK)
    void refusesWhatAServerSendsBeforeConnack(String firstByte) {
        assertRefused(
                MqttDecoder.forClient(V5, MqttLimits.DEFAULT),
                V5,
                MqttRule.FIRST_PACKET_IS_CONNACK,
                firstByte);
    }

    @ParameterizedTest
    @EnumSource
    @Refuses(MqttRule.SECOND_CONNACK)
    void refusesSecondConnack(MqttVersion version) throws MalformedPacket {
        assertRefused(Decoders.client(version), version, MqttRule.SECOND_CONNACK, "20");
    }

    @ParameterizedTest
    @ValueSource(strings = {"20", "90", "B0", "D0"})
    @Refuses(MqttRule.SENDER)
    void refusesFromAClientWhatOnlyAServerSends(String firstByte) throws MalformedPacket {
        assertRefused(Decoders.server(V5), V5, MqttRule.SENDER, firstByte);
        assertRefused(Decoders.server(V3_1_1), V3_1_1, MqttRule.SENDER, firstByte);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10", "82", "A2", "C0"})
    @Refuses(MqttRule.SENDER)
    void refusesFromAServerWhatOnlyAClientSends(String firstByte) throws MalformedPacket {
        assertRefused(Decoders.client(V5), V5, MqttRule.SENDER, firstByte);
        assertRefused(Decoders.client(V3_1_1), V3_1_1, MqttRule.SENDER, firstByte);
    }

    @Test
    @Refuses(MqttRule.SENDER)
    void refusesPacketsThatThisVersionDoesNotKnow() throws MalformedPacket {
        assertRefused(Decoders.server(V3_1_1), V3_1_1, MqttRule.SENDER, "F0");
        assertRefused(Decoders.client(V3_1_1), V3_1_1, MqttRule.SENDER, "F0");
        assertRefused(Decoders.client(V3_1_1), V3_1_1, MqttRule.SENDER, "E0");
    }

    @ParameterizedTest
    @EnumSource
    @Refuses(MqttRule.AFTER_DISCONNECT)
    void refusesWhatComesAfterDisconnect(MqttVersion version) throws MalformedPacket {
        MqttDecoder decoder = Decoders.server(version);
        ByteBuffer disconnect = Hex.buffer("E0 00");
        assertThat(decoder.decode(disconnect)).isEqualTo(new Disconnect(ReasonCode.SUCCESS));

        assertRefused(decoder, version, MqttRule.AFTER_DISCONNECT, "C0");
    }
}
