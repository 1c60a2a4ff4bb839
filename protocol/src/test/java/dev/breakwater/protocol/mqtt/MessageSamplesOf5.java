/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.mqtt;

import static dev.breakwater.protocol.mqtt.MqttVersion.V5;
import static dev.breakwater.protocol.mqtt.PacketSample.client;
import static dev.breakwater.protocol.mqtt.PacketSample.server;

import java.util.List;
import java.util.stream.Stream;

/** Sample packets of MQTT 5.0 that carry messages and subscriptions, every byte commented. */
final class MessageSamplesOf5 {

    private MessageSamplesOf5() {}

    static List<PacketSample> all() {
        return Stream.of(messages(), qos1Answers(), qos2Answers(), subscriptions())
                .flatMap(List::stream)
                .toList();
    }

    private static List<PacketSample> messages() {
        return List.of(
                client(
                        V5,
                        "QoS 1",
                        Publish.atLeastOnce(7, TopicName.of("me/telemetry"), new byte[] {1, 2}),
                        """
                        32    // PUBLISH, DUP 0, QoS 1, RETAIN 0
                        13    // remaining length 19
                        00 0C // topic name: 12 bytes
                        6D 65 2F 74 65 6C 65 6D 65 74 72 79 // me/telemetry
                        00 07 // packet identifier 7
                        00    // no properties
                        01 02 // payload
                        """),
                client(
                        V5,
                        "topic alias for the name",
                        new Publish(
                                false,
                                QualityOfService.AT_MOST_ONCE,
                                false,
                                TopicName.ALIASED,
                                Publish.NO_PACKET_ID,
                                MqttProperties.of(MqttProperty.TOPIC_ALIAS, 1),
                                PacketSamples.text("x")),
                        """
                        30    // PUBLISH, DUP 0, QoS 0, RETAIN 0
                        07    // remaining length 7
                        00 00 // topic name: empty, the alias stands for it
                        03    // properties: 3 bytes
                        23    // topic alias
                        00 01 // 1
                        78    // payload x
                        """),
                publishWithEverything());
    }

    private static List<PacketSample> qos1Answers() {
        return List.of(
                client(
                        V5,
                        "success in the short form",
                        new PubAck(7),
                        """
                        40    // PUBACK, flags 0000
                        02    // remaining length 2: reason code 0x00, no properties
                        00 07 // packet identifier 7
                        """),
                server(
                        V5,
                        "a quota is used up, with a reason",
                        new PubAck(
                                7,
                                ReasonCode.QUOTA_EXCEEDED,
                                MqttProperties.of(MqttProperty.REASON_STRING, "q")),
                        """
                        40    // PUBACK, flags 0000
                        08    // remaining length 8
                        00 07 // packet identifier 7
                        97    // reason code 0x97, quota exceeded
                        04    // properties: 4 bytes
                        1F    // reason string
                        00 01 71 // 1 byte, q
                        """));
    }

    private static List<PacketSample> qos2Answers() {
        return List.of(
                server(
                        V5,
                        "no matching subscribers",
                        new PubRec(8, ReasonCode.NO_MATCHING_SUBSCRIBERS, MqttProperties.EMPTY),
                        """
                        50    // PUBREC, flags 0000
                        03    // remaining length 3: no properties
                        00 08 // packet identifier 8
                        10    // reason code 0x10, no matching subscribers
                        """),
                client(
                        V5,
                        "not found",
                        new PubRel(8, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND, MqttProperties.EMPTY),
                        """
                        62    // PUBREL, flags 0010
                        03    // remaining length 3: no properties
                        00 08 // packet identifier 8
                        92    // reason code 0x92, packet identifier not found
                        """),
                server(
                        V5,
                        "success with a user property",
                        new PubComp(
                                8,
                                ReasonCode.SUCCESS,
                                MqttProperties.of(
                                        MqttProperty.USER_PROPERTY, new UserProperty("", "v"))),
                        """
                        70    // PUBCOMP, flags 0000
                        0A    // remaining length 10
                        00 08 // packet identifier 8
                        00    // reason code 0x00, success
                        06    // properties: 6 bytes
                        26    // user property
                        00 00 // name: empty
                        00 01 76 // value: 1 byte, v
                        """));
    }

    private static List<PacketSample> subscriptions() {
        return List.of(
                subscribe(),
                server(
                        V5,
                        "granted QoS 0, shared subscriptions refused",
                        new SubAck(
                                9,
                                List.of(
                                        ReasonCode.SUCCESS,
                                        ReasonCode.SHARED_SUBSCRIPTIONS_NOT_SUPPORTED)),
                        """
                        90    // SUBACK, flags 0000
                        05    // remaining length 5
                        00 09 // packet identifier 9
                        00    // no properties
                        00    // granted QoS 0
                        9E    // reason code 0x9E, shared subscriptions not supported
                        """),
                client(
                        V5,
                        "two filters",
                        new Unsubscribe(10, List.of(TopicFilter.of("a"), TopicFilter.of("+/b"))),
                        """
                        A2    // UNSUBSCRIBE, flags 0010
                        0B    // remaining length 11
                        00 0A // packet identifier 10
                        00    // no properties
                        00 01 61 // topic filter: 1 byte, a
                        00 03 2B 2F 62 // topic filter: 3 bytes, +/b
                        """),
                server(
                        V5,
                        "one success, one that did not exist",
                        new UnsubAck(
                                10,
                                List.of(ReasonCode.SUCCESS, ReasonCode.NO_SUBSCRIPTION_EXISTED)),
                        """
                        B0    // UNSUBACK, flags 0000
                        05    // remaining length 5
                        00 0A // packet identifier 10
                        00    // no properties
                        00    // reason code 0x00, success
                        11    // reason code 0x11, no subscription existed
                        """));
    }

    private static PacketSample publishWithEverything() {
        MqttProperties properties =
                MqttProperties.builder()
                        .with(MqttProperty.PAYLOAD_FORMAT_INDICATOR, true)
                        .with(MqttProperty.MESSAGE_EXPIRY_INTERVAL_SECONDS, 60L)
                        .with(MqttProperty.TOPIC_ALIAS, 0xFFFF)
                        .with(MqttProperty.RESPONSE_TOPIC, TopicName.of("r"))
                        .with(MqttProperty.CORRELATION_DATA, PacketSamples.text("c"))
                        .with(MqttProperty.SUBSCRIPTION_IDENTIFIER, 1)
                        .with(MqttProperty.SUBSCRIPTION_IDENTIFIER, 268_435_455)
                        .with(MqttProperty.CONTENT_TYPE, "t")
                        .build();
        return server(
                V5,
                "with everything",
                new Publish(
                        false,
                        QualityOfService.EXACTLY_ONCE,
                        true,
                        TopicName.of("€/𝄞"),
                        0xFFFF,
                        properties,
                        PacketSamples.text("x")),
                """
                35    // PUBLISH, DUP 0, QoS 2, RETAIN 1
                2B    // remaining length 43
                00 08 // topic name: 8 bytes
                E2 82 AC 2F F0 9D 84 9E // euro sign in 3 bytes, /, G clef in 4 bytes
                FF FF // packet identifier 65,535
                1D    // properties: 29 bytes
                01    // payload format indicator
                01    // text
                02    // message expiry interval
                00 00 00 3C // 60 seconds
                23    // topic alias
                FF FF // 65,535
                08    // response topic
                00 01 72 // 1 byte, r
                09    // correlation data
                00 01 63 // 1 byte, c
                0B    // subscription identifier
                01    // 1
                0B    // subscription identifier, another one
                FF FF FF 7F // 268,435,455
                03    // content type
                00 01 74 // 1 byte, t
                78    // payload x
                """);
    }

    private static PacketSample subscribe() {
        return client(
                V5,
                "two filters with options and an identifier",
                new Subscribe(
                        9,
                        List.of(
                                new Subscription(
                                        TopicFilter.of("#"),
                                        QualityOfService.EXACTLY_ONCE,
                                        true,
                                        true,
                                        RetainHandling.DO_NOT_SEND),
                                new Subscription(
                                        TopicFilter.of("$share/g/a"),
                                        QualityOfService.AT_MOST_ONCE,
                                        false,
                                        false,
                                        RetainHandling.SEND_IF_NEW)),
                        MqttProperties.of(MqttProperty.SUBSCRIPTION_IDENTIFIER, 128)),
                """
                82    // SUBSCRIBE, flags 0010
                17    // remaining length 23
                00 09 // packet identifier 9
                03    // properties: 3 bytes
                0B    // subscription identifier
                80 01 // 128, in two bytes
                00 01 23 // topic filter: 1 byte, #
                2E    // retain handling 2, retain as published, no local, QoS 2
                00 0A // topic filter: 10 bytes
                24 73 68 61 72 65 2F 67 2F 61 // $share/g/a
                10    // retain handling 1, QoS 0
                """);
    }
}
