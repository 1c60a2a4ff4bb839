/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.mqtt;

import static dev.breakwater.protocol.mqtt.Decoders.assertRefused;
import static dev.breakwater.protocol.mqtt.MqttVersion.V5;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Properties, and the rules of DISCONNECT and AUTH that hang on them: MQTT 5.0 only. */
@DisplayNameGeneration(RuleNames.class)
class PropertyRulesTest {

    private static String connect(String properties) {
        int length = Hex.bytes(properties).length;
        return "10 %02X 00 04 4D 51 54 54 05 02 00 3C %02X %s 00 01 61"
                .formatted(14 + length, length, properties);
    }

    private static String publish(String properties) {
        int length = Hex.bytes(properties).length;
        return "30 %02X 00 01 61 %02X %s".formatted(4 + length, length, properties);
    }

    private static String connAck(String properties) {
        int length = Hex.bytes(properties).length;
        return "20 %02X 00 00 %02X %s".formatted(3 + length, length, properties);
    }

    private static void assertConnectRefused(MqttRule rule, String properties) {
        assertRefused(MqttDecoder.forServer(MqttLimits.DEFAULT), V5, rule, connect(properties));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00", // Not defined.
                "04 00", // Not defined.
                "2B 00", // One behind the last.
                "FF FF FF 7F", // The largest number there can be.
                "23 00 01", // Topic alias: PUBLISH only.
                "18 00 00 00 01", // Will delay interval: will properties only.
                "24 01", // Maximum QoS: CONNACK only.
                "1F 00 01 61" // Reason string: never from CONNECT.
            })
    @Refuses(MqttRule.PROPERTY_ALLOWED)
    void refusesPropertyWithoutPlaceInConnect(String properties) {
        assertConnectRefused(MqttRule.PROPERTY_ALLOWED, properties);
    }

    @ParameterizedTest
    @ValueSource(strings = {"11 00 00 00 01", "21 00 01", "15 00 01 61", "1F 00 01 61"})
    @Refuses(MqttRule.PROPERTY_ALLOWED)
    void refusesPropertyWithoutPlaceInPublish(String properties) throws MalformedPacket {
        assertRefused(Decoders.server(V5), V5, MqttRule.PROPERTY_ALLOWED, publish(properties));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "11 00 00 00 01 11 00 00 00 01",
                "21 00 01 21 00 01",
                "27 00 01 00 00 27 00 01 00 00",
                "22 00 01 22 00 01",
                "19 01 19 01",
                "17 01 17 01",
                "15 00 01 61 15 00 01 61",
                "15 00 01 61 16 00 01 61 16 00 01 61"
            })
    @Refuses(MqttRule.PROPERTY_REPEATED)
    void refusesRepeatedPropertyInConnect(String properties) {
        assertConnectRefused(MqttRule.PROPERTY_REPEATED, properties);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "01 00 01 00",
                "02 00 00 00 01 02 00 00 00 01",
                "03 00 00 03 00 00",
                "08 00 01 61 08 00 01 61",
                "09 00 00 09 00 00",
                "23 00 01 23 00 01"
            })
    @Refuses(MqttRule.PROPERTY_REPEATED)
    void refusesRepeatedPropertyInPublish(String properties) throws MalformedPacket {
        assertRefused(Decoders.server(V5), V5, MqttRule.PROPERTY_REPEATED, publish(properties));
    }

    @Test
    @Refuses(MqttRule.PROPERTY_REPEATED)
    void refusesSecondSubscriptionIdentifierInSubscribe() throws MalformedPacket {
        assertRefused(
                Decoders.server(V5),
                V5,
                MqttRule.PROPERTY_REPEATED,
                "82 0B 00 01 04 0B 01 0B 02 00 01 61 00");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "21 00 00", // Receive maximum 0.
                "27 00 00 00 00", // Maximum packet size 0.
                "17 02", // Flags other than 0 and 1.
                "19 FF"
            })
    @Refuses(MqttRule.PROPERTY_VALUE)
    void refusesValueOutOfRangeInConnect(String properties) {
        assertConnectRefused(MqttRule.PROPERTY_VALUE, properties);
    }

    @ParameterizedTest
    @ValueSource(strings = {"24 02", "25 02", "28 02", "29 02", "2A 02", "21 00 00"})
    @Refuses(MqttRule.PROPERTY_VALUE)
    void refusesValueOutOfRangeInConnack(String properties) {
        assertRefused(
                MqttDecoder.forClient(V5, MqttLimits.DEFAULT),
                V5,
                MqttRule.PROPERTY_VALUE,
                connAck(properties));
    }

    @Test
    @Refuses(MqttRule.PROPERTY_VALUE)
    void refusesValueOutOfRangeInPublishAndSubscribe() throws MalformedPacket {
        assertRefused(Decoders.server(V5), V5, MqttRule.PROPERTY_VALUE, publish("01 02"));
        assertRefused(
                Decoders.server(V5),
                V5,
                MqttRule.PROPERTY_VALUE,
                "82 09 00 01 02 0B 00 00 01 61 00");
    }

    @Test
    @Refuses(MqttRule.USER_PROPERTIES_SIZE)
    void refusesMoreUserPropertiesThanTheLimit() throws MalformedPacket {
        int limit = MqttLimits.DEFAULT.userPropertiesMax();
        String one = "26 00 00 00 00 ";
        assertThat(Decoders.server(V5).decode(Hex.buffer(publish(one.repeat(limit)))))
                .isInstanceOf(Publish.class);
        assertRefused(
                Decoders.server(V5),
                V5,
                MqttRule.USER_PROPERTIES_SIZE,
                publish(one.repeat(limit + 1)));
    }

    @Test
    @Refuses(MqttRule.USER_PROPERTIES_SIZE)
    void refusesUserPropertiesOverTheLimitInBytes() throws MalformedPacket {
        MqttLimits tight = new MqttLimits(64, 64, 23, 64, 8, 8, 4, 12);
        String one = "26 00 01 61 00 01 62 ";
        assertThat(Decoders.server(V5, tight).decode(Hex.buffer(publish(one.repeat(2)))))
                .isInstanceOf(Publish.class);
        assertRefused(
                Decoders.server(V5, tight),
                V5,
                MqttRule.USER_PROPERTIES_SIZE,
                publish(one.repeat(3)));
    }

    @Test
    @Refuses(MqttRule.AUTHENTICATION_DATA_WITHOUT_METHOD)
    void refusesAuthenticationDataWithoutMethod() {
        assertConnectRefused(MqttRule.AUTHENTICATION_DATA_WITHOUT_METHOD, "16 00 01 61");
    }

    @ParameterizedTest
    @ValueSource(strings = {"F0 01 18", "F0 02 18 00", "F0 06 19 04 1F 00 01 61"})
    @Refuses(MqttRule.AUTH_WITHOUT_METHOD)
    void refusesAuthWithoutMethod(String wire) throws MalformedPacket {
        assertRefused(Decoders.server(V5), V5, MqttRule.AUTH_WITHOUT_METHOD, wire);
    }

    @Test
    @Refuses(MqttRule.AUTH_NOT_AGREED)
    void refusesAuthWhenConnectNamedNoMethod() throws MalformedPacket {
        Connect plain = new Connect(V5, true, 60, "tank-1");
        assertRefused(
                Decoders.server(plain, MqttLimits.DEFAULT), V5, MqttRule.AUTH_NOT_AGREED, "F0 00");
    }

    @Test
    @Refuses(MqttRule.SESSION_EXPIRY_FROM_SERVER)
    void refusesSessionExpiryInDisconnectOfAServer() throws MalformedPacket {
        assertRefused(
                Decoders.client(V5),
                V5,
                MqttRule.SESSION_EXPIRY_FROM_SERVER,
                "E0 07 00 05 11 00 00 00 01");
    }

    @Test
    @Refuses(MqttRule.SESSION_EXPIRY_RAISED)
    void refusesSessionExpiryRaisedFromZeroAtDisconnect() throws MalformedPacket {
        String raise = "E0 07 00 05 11 00 00 00 01";
        assertRefused(Decoders.server(V5), V5, MqttRule.SESSION_EXPIRY_RAISED, raise);

        MqttProperties kept = MqttProperties.of(MqttProperty.SESSION_EXPIRY_INTERVAL_SECONDS, 60L);
        Connect connect = new Connect(V5, true, 60, "tank-1", null, null, null, kept);
        assertThat(Decoders.server(connect, MqttLimits.DEFAULT).decode(Hex.buffer(raise)))
                .isInstanceOf(Disconnect.class);
    }
}
