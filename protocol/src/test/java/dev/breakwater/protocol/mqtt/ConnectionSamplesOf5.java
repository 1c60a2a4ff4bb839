/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.mqtt;

import static dev.breakwater.protocol.mqtt.MqttVersion.V5;
import static dev.breakwater.protocol.mqtt.PacketSample.client;
import static dev.breakwater.protocol.mqtt.PacketSample.server;

import java.util.List;
import java.util.stream.Stream;

/** Sample packets of MQTT 5.0 that open, keep and close a connection, every byte commented. */
final class ConnectionSamplesOf5 {

    private ConnectionSamplesOf5() {}

    static List<PacketSample> all() {
        return Stream.of(opening(), liveness(), farewells(), authentication())
                .flatMap(List::stream)
                .toList();
    }

    private static List<PacketSample> opening() {
        return List.of(
                client(
                        V5,
                        "of a device with a certificate",
                        new Connect(V5, true, 30, "t1"),
                        """
                        10    // CONNECT, flags 0000
                        0F    // remaining length 15
                        00 04 // protocol name: 4 bytes
                        4D 51 54 54 // MQTT
                        05    // protocol version 5
                        02    // clean start
                        00 1E // keep-alive 30 seconds
                        00    // no properties
                        00 02 // client identifier: 2 bytes
                        74 31 // t1
                        """),
                connectWithEverything(),
                server(
                        V5,
                        "accepted without properties",
                        new ConnAck(false, ReasonCode.SUCCESS, MqttProperties.EMPTY),
                        """
                        20    // CONNACK, flags 0000
                        03    // remaining length 3
                        00    // no session present
                        00    // reason code 0x00, success
                        00    // no properties
                        """),
                connAckWithEverything());
    }

    private static List<PacketSample> liveness() {
        return List.of(
                client(
                        V5,
                        "nothing but the header",
                        new PingReq(),
                        """
                        C0    // PINGREQ, flags 0000
                        00    // remaining length 0
                        """),
                server(
                        V5,
                        "nothing but the header",
                        new PingResp(),
                        """
                        D0    // PINGRESP, flags 0000
                        00    // remaining length 0
                        """));
    }

    private static List<PacketSample> farewells() {
        return List.of(
                client(
                        V5,
                        "normal",
                        new Disconnect(ReasonCode.SUCCESS),
                        """
                        E0    // DISCONNECT, flags 0000
                        00    // remaining length 0: reason code 0x00
                        """),
                client(
                        V5,
                        "with will message",
                        new Disconnect(ReasonCode.DISCONNECT_WITH_WILL_MESSAGE),
                        """
                        E0    // DISCONNECT, flags 0000
                        01    // remaining length 1
                        04    // reason code 0x04, disconnect with will message
                        """),
                server(
                        V5,
                        "moved elsewhere",
                        new Disconnect(
                                ReasonCode.SERVER_MOVED,
                                MqttProperties.of(MqttProperty.SERVER_REFERENCE, "b")),
                        """
                        E0    // DISCONNECT, flags 0000
                        06    // remaining length 6
                        9D    // reason code 0x9D, server moved
                        04    // properties: 4 bytes
                        1C    // server reference
                        00 01 62 // 1 byte, b
                        """));
    }

    private static List<PacketSample> authentication() {
        return List.of(
                client(
                        V5,
                        "continue",
                        new Auth(
                                ReasonCode.CONTINUE_AUTHENTICATION,
                                MqttProperties.builder()
                                        .with(MqttProperty.AUTHENTICATION_METHOD, "M")
                                        .with(
                                                MqttProperty.AUTHENTICATION_DATA,
                                                PacketSamples.text("D"))
                                        .build()),
                        """
                        F0    // AUTH, flags 0000
                        0A    // remaining length 10
                        18    // reason code 0x18, continue authentication
                        08    // properties: 8 bytes
                        15    // authentication method
                        00 01 4D // 1 byte, M
                        16    // authentication data
                        00 01 44 // 1 byte, D
                        """),
                server(
                        V5,
                        "success",
                        new Auth(ReasonCode.SUCCESS, MqttProperties.EMPTY),
                        """
                        F0    // AUTH, flags 0000
                        00    // remaining length 0: reason code 0x00
                        """));
    }

    private static PacketSample connectWithEverything() {
        return client(
                V5,
                "with everything; a password needs no user name in this version",
                new Connect(
                        V5,
                        false,
                        0,
                        "",
                        new Will(
                                TopicName.of("w"),
                                QualityOfService.AT_LEAST_ONCE,
                                false,
                                allWillProperties(),
                                PacketSamples.text("!")),
                        null,
                        PacketSamples.text("p"),
                        allConnectProperties()),
                """
                10    // CONNECT, flags 0000
                48    // remaining length 72
                00 04 // protocol name: 4 bytes
                4D 51 54 54 // MQTT
                05    // protocol version 5
                4C    // password, will QoS 1, will; no user name, no clean start
                00 00 // keep-alive off
                2A    // properties: 42 bytes
                11    // session expiry interval
                FF FF FF FF // never
                21    // receive maximum
                00 14 // 20
                27    // maximum packet size
                00 01 00 00 // 65,536 bytes
                22    // topic alias maximum
                00 0A // 10
                19    // request response information
                01    // yes
                17    // request problem information
                00    // no
                26    // user property
                00 01 61 // name: 1 byte, a
                00 01 31 // value: 1 byte, 1
                26    // user property, the same name again
                00 01 61 // name: 1 byte, a
                00 01 32 // value: 1 byte, 2
                15    // authentication method
                00 01 4D // 1 byte, M
                16    // authentication data
                00 01 44 // 1 byte, D
                00 00 // client identifier: empty, the server chooses
                07    // will properties: 7 bytes
                18    // will delay interval
                00 00 00 05 // 5 seconds
                01    // payload format indicator
                01    // text
                00 01 77 // will topic: 1 byte, w
                00 01 21 // will message: 1 byte, !
                00 01 70 // password: 1 byte, p
                """);
    }

    private static MqttProperties allWillProperties() {
        return MqttProperties.builder()
                .with(MqttProperty.WILL_DELAY_INTERVAL_SECONDS, 5L)
                .with(MqttProperty.PAYLOAD_FORMAT_INDICATOR, true)
                .build();
    }

    private static MqttProperties allConnectProperties() {
        return MqttProperties.builder()
                .with(MqttProperty.SESSION_EXPIRY_INTERVAL_SECONDS, 0xFFFF_FFFFL)
                .with(MqttProperty.RECEIVE_MAXIMUM, 20)
                .with(MqttProperty.MAXIMUM_PACKET_SIZE_BYTES, 65_536L)
                .with(MqttProperty.TOPIC_ALIAS_MAXIMUM, 10)
                .with(MqttProperty.REQUEST_RESPONSE_INFORMATION, true)
                .with(MqttProperty.REQUEST_PROBLEM_INFORMATION, false)
                .with(MqttProperty.USER_PROPERTY, new UserProperty("a", "1"))
                .with(MqttProperty.USER_PROPERTY, new UserProperty("a", "2"))
                .with(MqttProperty.AUTHENTICATION_METHOD, "M")
                .with(MqttProperty.AUTHENTICATION_DATA, PacketSamples.text("D"))
                .build();
    }

    private static PacketSample connAckWithEverything() {
        MqttProperties properties =
                MqttProperties.builder()
                        .with(MqttProperty.SESSION_EXPIRY_INTERVAL_SECONDS, 3_600L)
                        .with(MqttProperty.RECEIVE_MAXIMUM, 1)
                        .with(MqttProperty.MAXIMUM_QOS, 1)
                        .with(MqttProperty.RETAIN_AVAILABLE, false)
                        .with(MqttProperty.MAXIMUM_PACKET_SIZE_BYTES, 131_072L)
                        .with(MqttProperty.ASSIGNED_CLIENT_IDENTIFIER, "x")
                        .with(MqttProperty.TOPIC_ALIAS_MAXIMUM, 0)
                        .with(MqttProperty.REASON_STRING, "r")
                        .with(MqttProperty.WILDCARD_SUBSCRIPTION_AVAILABLE, true)
                        .with(MqttProperty.SUBSCRIPTION_IDENTIFIERS_AVAILABLE, true)
                        .with(MqttProperty.SHARED_SUBSCRIPTION_AVAILABLE, false)
                        .with(MqttProperty.SERVER_KEEP_ALIVE_SECONDS, 300)
                        .with(MqttProperty.RESPONSE_INFORMATION, "i")
                        .build();
        return server(
                V5,
                "with everything",
                new ConnAck(true, ReasonCode.SUCCESS, properties),
                """
                20    // CONNACK, flags 0000
                2C    // remaining length 44
                01    // session present
                00    // reason code 0x00, success
                29    // properties: 41 bytes
                11    // session expiry interval
                00 00 0E 10 // 3,600 seconds
                21    // receive maximum
                00 01 // 1
                24    // maximum QoS
                01    // 1
                25    // retain available
                00    // no
                27    // maximum packet size
                00 02 00 00 // 131,072 bytes
                12    // assigned client identifier
                00 01 78 // 1 byte, x
                22    // topic alias maximum
                00 00 // none
                1F    // reason string
                00 01 72 // 1 byte, r
                28    // wildcard subscription available
                01    // yes
                29    // subscription identifiers available
                01    // yes
                2A    // shared subscription available
                00    // no
                13    // server keep alive
                01 2C // 300 seconds
                1A    // response information
                00 01 69 // 1 byte, i
                """);
    }
}
