/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.mqtt;

import static dev.breakwater.protocol.mqtt.MqttVersion.V3_1_1;
import static dev.breakwater.protocol.mqtt.PacketSample.client;
import static dev.breakwater.protocol.mqtt.PacketSample.server;

import java.util.List;
import java.util.stream.Stream;

/** Sample packets of MQTT 3.1.1, every byte commented. */
final class PacketSamplesOf311 {

    private PacketSamplesOf311() {}

    static List<PacketSample> all() {
        return Stream.of(
                        opening(),
                        messages(),
                        acknowledgements(),
                        subscriptions(),
                        livenessAndFarewell())
                .flatMap(List::stream)
                .toList();
    }

    private static List<PacketSample> opening() {
        return List.of(
                connect(),
                connectWithEverything(),
                server(
                        V3_1_1,
                        "session present",
                        new ConnAck(true, ReasonCode.SUCCESS, MqttProperties.EMPTY),
                        """
                        20    // CONNACK, flags 0000
                        02    // remaining length 2
                        01    // session present
                        00    // return code 0, accepted
                        """),
                server(
                        V3_1_1,
                        "not authorized",
                        new ConnAck(false, ReasonCode.NOT_AUTHORIZED, MqttProperties.EMPTY),
                        """
                        20    // CONNACK, flags 0000
                        02    // remaining length 2
                        00    // no session present
                        05    // return code 5, not authorized
                        """));
    }

    private static List<PacketSample> messages() {
        return List.of(
                client(
                        V3_1_1,
                        "QoS 0, empty payload",
                        Publish.atMostOnce(TopicName.of("a"), new byte[0]),
                        """
                        30    // PUBLISH, DUP 0, QoS 0, RETAIN 0
                        03    // remaining length 3
                        00 01 // topic name: 1 byte
                        61    // a
                        """),
                client(
                        V3_1_1,
                        "QoS 1, duplicate, retained",
                        new Publish(
                                true,
                                QualityOfService.AT_LEAST_ONCE,
                                true,
                                TopicName.of("me/state"),
                                0x1234,
                                MqttProperties.EMPTY,
                                PacketSamples.text("{}")),
                        """
                        3B    // PUBLISH, DUP 1, QoS 1, RETAIN 1
                        0E    // remaining length 14
                        00 08 // topic name: 8 bytes
                        6D 65 2F 73 74 61 74 65 // me/state
                        12 34 // packet identifier 0x1234
                        7B 7D // payload {}
                        """),
                server(
                        V3_1_1,
                        "QoS 2 to a client",
                        new Publish(
                                false,
                                QualityOfService.EXACTLY_ONCE,
                                false,
                                TopicName.of("a/b"),
                                1,
                                MqttProperties.EMPTY,
                                PacketSamples.text("x")),
                        """
                        34    // PUBLISH, DUP 0, QoS 2, RETAIN 0
                        08    // remaining length 8
                        00 03 // topic name: 3 bytes
                        61 2F 62 // a/b
                        00 01 // packet identifier 1
                        78    // payload x
                        """));
    }

    private static List<PacketSample> acknowledgements() {
        return List.of(
                acknowledgement("PUBACK", new PubAck(0x1234), "40 // PUBACK, flags 0000"),
                acknowledgement("PUBREC", new PubRec(0x1234), "50 // PUBREC, flags 0000"),
                acknowledgement("PUBREL", new PubRel(0x1234), "62 // PUBREL, flags 0010"),
                acknowledgement("PUBCOMP", new PubComp(0x1234), "70 // PUBCOMP, flags 0000"));
    }

    private static List<PacketSample> subscriptions() {
        return List.of(
                subscribe(),
                server(
                        V3_1_1,
                        "granted QoS 1 and 2, one failure",
                        new SubAck(
                                10,
                                List.of(
                                        ReasonCode.GRANTED_QOS_1,
                                        ReasonCode.GRANTED_QOS_2,
                                        ReasonCode.UNSPECIFIED_ERROR)),
                        """
                        90    // SUBACK, flags 0000
                        05    // remaining length 5
                        00 0A // packet identifier 10
                        01    // granted QoS 1
                        02    // granted QoS 2
                        80    // failure
                        """),
                client(
                        V3_1_1,
                        "one filter",
                        new Unsubscribe(11, List.of(TopicFilter.of("a/#"))),
                        """
                        A2    // UNSUBSCRIBE, flags 0010
                        07    // remaining length 7
                        00 0B // packet identifier 11
                        00 03 // topic filter: 3 bytes
                        61 2F 23 // a/#
                        """),
                server(
                        V3_1_1,
                        "no reason codes in this version",
                        new UnsubAck(11, List.of()),
                        """
                        B0    // UNSUBACK, flags 0000
                        02    // remaining length 2
                        00 0B // packet identifier 11
                        """));
    }

    private static List<PacketSample> livenessAndFarewell() {
        return List.of(
                client(
                        V3_1_1,
                        "nothing but the header",
                        new PingReq(),
                        """
                        C0    // PINGREQ, flags 0000
                        00    // remaining length 0
                        """),
                server(
                        V3_1_1,
                        "nothing but the header",
                        new PingResp(),
                        """
                        D0    // PINGRESP, flags 0000
                        00    // remaining length 0
                        """),
                client(
                        V3_1_1,
                        "nothing but the header",
                        new Disconnect(ReasonCode.SUCCESS),
                        """
                        E0    // DISCONNECT, flags 0000
                        00    // remaining length 0
                        """));
    }

    private static PacketSample connect() {
        return client(
                V3_1_1,
                "of a device with a certificate",
                new Connect(V3_1_1, false, 60, "tank-1"),
                """
                10    // CONNECT, flags 0000
                12    // remaining length 18
                00 04 // protocol name: 4 bytes
                4D 51 54 54 // MQTT
                04    // protocol level 4
                00    // no user name, no password, no will, clean session 0
                00 3C // keep-alive 60 seconds
                00 06 // client identifier: 6 bytes
                74 61 6E 6B 2D 31 // tank-1
                """);
    }

    private static PacketSample connectWithEverything() {
        return client(
                V3_1_1,
                "with will, user name and password",
                new Connect(
                        V3_1_1,
                        true,
                        0xFFFF,
                        "",
                        new Will(
                                TopicName.of("me/gone"),
                                QualityOfService.EXACTLY_ONCE,
                                true,
                                MqttProperties.EMPTY,
                                PacketSamples.text("!")),
                        "Jürgen",
                        PacketSamples.text("pw"),
                        MqttProperties.EMPTY),
                """
                10    // CONNECT, flags 0000
                25    // remaining length 37
                00 04 // protocol name: 4 bytes
                4D 51 54 54 // MQTT
                04    // protocol level 4
                F6    // user name, password, will retain, will QoS 2, will, clean session 1
                FF FF // keep-alive 65,535 seconds
                00 00 // client identifier: empty
                00 07 // will topic: 7 bytes
                6D 65 2F 67 6F 6E 65 // me/gone
                00 01 // will message: 1 byte
                21    // !
                00 07 // user name: 7 bytes
                4A C3 BC 72 67 65 6E // Juergen with u umlaut, two bytes of UTF-8
                00 02 // password: 2 bytes
                70 77 // pw
                """);
    }

    private static PacketSample acknowledgement(
            String name, MqttPacket packet, String annotatedFirstByte) {
        return client(
                V3_1_1,
                name + " without a reason code",
                packet,
                annotatedFirstByte
                        + """

                        02    // remaining length 2
                        12 34 // packet identifier 0x1234
                        """);
    }

    private static PacketSample subscribe() {
        return client(
                V3_1_1,
                "two filters",
                new Subscribe(
                        10,
                        List.of(
                                new Subscription(
                                        TopicFilter.of("me/+"), QualityOfService.AT_LEAST_ONCE),
                                new Subscription(
                                        TopicFilter.of("#"), QualityOfService.EXACTLY_ONCE))),
                """
                82    // SUBSCRIBE, flags 0010
                0D    // remaining length 13
                00 0A // packet identifier 10
                00 04 // topic filter: 4 bytes
                6D 65 2F 2B // me/+
                01    // requested QoS 1
                00 01 // topic filter: 1 byte
                23    // #
                02    // requested QoS 2
                """);
    }
}
