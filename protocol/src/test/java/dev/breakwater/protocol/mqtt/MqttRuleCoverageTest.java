/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A rule without a test that breaks it would be a promise nobody checks. */
class MqttRuleCoverageTest {

    private static final List<Class<?>> RULE_TESTS =
            List.of(
                    HeaderRulesTest.class,
                    FieldRulesTest.class,
                    ConnectRulesTest.class,
                    PublishRulesTest.class,
                    SubscriptionRulesTest.class,
                    PropertyRulesTest.class);

    @Test
    void everyRuleHasATestThatBreaksIt() {
        List<MqttRule> tested =
                RULE_TESTS.stream()
                        .flatMap(test -> Arrays.stream(test.getDeclaredMethods()))
                        .map(method -> method.getAnnotation(Refuses.class))
                        .filter(Objects::nonNull)
                        .map(Refuses::value)
                        .toList();

        assertThat(tested).contains(MqttRule.values());
    }

    @ParameterizedTest
    @EnumSource(MqttRule.class)
    void everyRuleNamesItsPlaceInBothVersions(MqttRule rule) {
        for (MqttVersion version : MqttVersion.values()) {
            assertThat(rule.place(version))
                    .matches("MQTT-\\d+[.-]\\d+\\.\\d+-\\d+|section \\d+(\\.\\d+)+");
        }
        assertThat(rule.reasonCode().isFailure()).isTrue();
    }
}
