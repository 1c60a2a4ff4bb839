/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.mqtt;

import static dev.breakwater.protocol.mqtt.Decoders.assertRefused;
import static dev.breakwater.protocol.mqtt.MqttVersion.V3_1_1;
import static dev.breakwater.protocol.mqtt.MqttVersion.V5;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is particular to SUBSCRIBE and UNSUBSCRIBE (sections 3.8 and 3.10) and to topic filters. */
@DisplayNameGeneration(RuleNames.class)
class SubscriptionRulesTest {

    /** Asserts that the filter is refused in both packets and both versions. */
    private static void assertFilterRefused(MqttRule rule, String filter) throws MalformedPacket {
        byte[] bytes = filter.getBytes(StandardCharsets.UTF_8);
        String field = "00 %02X %s".formatted(bytes.length, Hex.of(bytes));
        int length = bytes.length;
        assertRefused(
                Decoders.server(V3_1_1),
                V3_1_1,
                rule,
                "82 %02X 00 01 %s 00".formatted(length + 5, field));
        assertRefused(
                Decoders.server(V5),
                V5,
                rule,
                "82 %02X 00 01 00 %s 00".formatted(length + 6, field));
        assertRefused(
                Decoders.server(V3_1_1),
                V3_1_1,
                rule,
                "A2 %02X 00 01 %s".formatted(length + 4, field));
        assertRefused(
                Decoders.server(V5), V5, rule, "A2 %02X 00 01 00 %s".formatted(length + 5, field));
    }

    @Test
    @Tag("mqtt5:3.8.3-2")
    @Tag("mqtt311:3.8.3-3")
    @Refuses(MqttRule.SUBSCRIBE_EMPTY)
    void refusesSubscribeWithoutFilter() throws MalformedPacket {
        assertRefused(Decoders.server(V3_1_1), V3_1_1, MqttRule.SUBSCRIBE_EMPTY, "82 02 00 01");
        assertRefused(Decoders.server(V5), V5, MqttRule.SUBSCRIBE_EMPTY, "82 03 00 01 00");
    }

    @Test
    @Tag("mqtt5:3.10.3-2")
    @Tag("mqtt311:3.10.3-2")
    @Refuses(MqttRule.UNSUBSCRIBE_EMPTY)
    void refusesUnsubscribeWithoutFilter() throws MalformedPacket {
        assertRefused(Decoders.server(V3_1_1), V3_1_1, MqttRule.UNSUBSCRIBE_EMPTY, "A2 02 00 01");
        assertRefused(Decoders.server(V5), V5, MqttRule.UNSUBSCRIBE_EMPTY, "A2 03 00 01 00");
    }

    @Test
    @Refuses(MqttRule.SUBSCRIPTIONS_COUNT)
    void refusesMoreFiltersThanTheLimit() throws MalformedPacket {
        int limit = MqttLimits.DEFAULT.subscriptionsMax();
        TopicFilter filter = TopicFilter.of("a");
        Subscription subscription = new Subscription(filter, QualityOfService.AT_MOST_ONCE);
        MqttEncoder encoder = new MqttEncoder(V5);
        Subscribe fits = new Subscribe(1, Collections.nCopies(limit, subscription));

        assertThat(Decoders.server(V5).decode(encoder.encode(fits))).isEqualTo(fits);
        for (MqttPacket packet :
                List.of(
                        new Subscribe(1, Collections.nCopies(limit + 1, subscription)),
                        new Unsubscribe(1, Collections.nCopies(limit + 1, filter)))) {
            assertRefused(
                    Decoders.server(V5),
                    V5,
                    MqttRule.SUBSCRIPTIONS_COUNT,
                    Hex.of(Bytes.toArray(encoder.encode(packet))));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"04", "08", "10", "40", "80", "FC", "FF"})
    @Tag("mqtt311:3-8.3-4")
    @Refuses(MqttRule.SUBSCRIPTION_OPTIONS)
    void refusesReservedBitsOfTheRequestedQosIn311(String options) throws MalformedPacket {
        assertRefused(
                Decoders.server(V3_1_1),
                V3_1_1,
                MqttRule.SUBSCRIPTION_OPTIONS,
                "82 06 00 01 00 01 61 " + options);
    }

    @ParameterizedTest
    @ValueSource(strings = {"40", "80", "C0", "C3"})
    @Tag("mqtt5:3.8.3-5")
    @Refuses(MqttRule.SUBSCRIPTION_OPTIONS)
    void refusesReservedBitsOfTheOptionsIn5(String options) throws MalformedPacket {
        assertRefused(
                Decoders.server(V5),
                V5,
                MqttRule.SUBSCRIPTION_OPTIONS,
                "82 07 00 01 00 00 01 61 " + options);
    }

    @Test
    @Tag("mqtt311:3-8.3-4")
    @Refuses(MqttRule.SUBSCRIPTION_QOS)
    void refusesQosThreeOfASubscription() throws MalformedPacket {
        String in311 = "82 06 00 01 00 01 61 03";
        String in5 = "82 07 00 01 00 00 01 61 03";
        assertRefused(Decoders.server(V3_1_1), V3_1_1, MqttRule.SUBSCRIPTION_QOS, in311);
        assertRefused(Decoders.server(V5), V5, MqttRule.SUBSCRIPTION_QOS, in5);
    }

    @Test
    @Refuses(MqttRule.RETAIN_HANDLING)
    void refusesRetainHandlingThree() throws MalformedPacket {
        assertRefused(
                Decoders.server(V5), V5, MqttRule.RETAIN_HANDLING, "82 07 00 01 00 00 01 61 30");
    }

    @Test
    @Tag("mqtt5:3.8.3-4")
    @Refuses(MqttRule.NO_LOCAL_ON_SHARED)
    void refusesNoLocalOnSharedSubscription() throws MalformedPacket {
        assertRefused(
                Decoders.server(V5),
                V5,
                MqttRule.NO_LOCAL_ON_SHARED,
                "82 10 00 01 00 00 0A 24 73 68 61 72 65 2F 67 2F 61 04");
    }

    @Test
    @Tag("mqtt5:4.7.3-1")
    @Tag("mqtt311:4.7.3-1")
    @Refuses(MqttRule.TOPIC_FILTER_EMPTY)
    void refusesEmptyFilter() throws MalformedPacket {
        assertFilterRefused(MqttRule.TOPIC_FILTER_EMPTY, "");
    }

    @Test
    @Refuses(MqttRule.TOPIC_FILTER_LENGTH)
    void refusesFilterOverTheLimitInLevels() throws MalformedPacket {
        assertFilterRefused(
                MqttRule.TOPIC_FILTER_LENGTH, "/".repeat(MqttLimits.DEFAULT.topicLevelsMax()));
    }

    @Test
    @Refuses(MqttRule.TOPIC_FILTER_LENGTH)
    void refusesFilterOverTheLimitInBytes() throws MalformedPacket {
        MqttLimits tight = new MqttLimits(64, 64, 23, 5, 8, 8, 0, 0);
        String fits = "82 0A 00 01 00 05 61 62 63 64 65 00";
        String tooLong = "82 0B 00 01 00 06 61 62 63 64 65 66 00";
        MqttDecoder decoder = Decoders.server(V3_1_1, tight);
        assertThat(decoder.decode(Hex.buffer(fits))).isInstanceOf(Subscribe.class);
        assertRefused(decoder, V3_1_1, MqttRule.TOPIC_FILTER_LENGTH, tooLong);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a#", "#/a", "a/#/b", "a/#b", "##", "/##"})
    @Tag("mqtt5:4.7.1-1")
    @Tag("mqtt311:4.7.1-2")
    @Refuses(MqttRule.MULTI_LEVEL_WILDCARD)
    void refusesMultiLevelWildcardThatIsNotTheWholeLastLevel(String filter) throws MalformedPacket {
        assertFilterRefused(MqttRule.MULTI_LEVEL_WILDCARD, filter);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a+", "+a", "a/+b", "a/b+/c", "++"})
    @Tag("mqtt5:4.7.1-2")
    @Tag("mqtt311:4.7.1-3")
    @Refuses(MqttRule.SINGLE_LEVEL_WILDCARD)
    void refusesSingleLevelWildcardThatSharesItsLevel(String filter) throws MalformedPacket {
        assertFilterRefused(MqttRule.SINGLE_LEVEL_WILDCARD, filter);
    }

    @ParameterizedTest
    @ValueSource(strings = {"$share/", "$share//a", "$share/+/a", "$share/g#/a"})
    @Tag("mqtt5:4.8.2-1")
    @Tag("mqtt5:4.8.2-2")
    @Refuses(MqttRule.SHARE_NAME)
    void refusesShareNameThatIsEmptyOrHasWildcards(String filter) throws MalformedPacket {
        assertFilterRefused(MqttRule.SHARE_NAME, filter);
    }

    @ParameterizedTest
    @ValueSource(strings = {"$share/g", "$share/g/"})
    @Tag("mqtt5:4.8.2-2")
    @Refuses(MqttRule.SHARE_WITHOUT_FILTER)
    void refusesShareWithoutFilter(String filter) throws MalformedPacket {
        assertFilterRefused(MqttRule.SHARE_WITHOUT_FILTER, filter);
    }
}
