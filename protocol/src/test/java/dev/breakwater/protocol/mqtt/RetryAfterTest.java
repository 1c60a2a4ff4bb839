/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryAfterTest {

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 1", "1000, 1", "1001, 2", "86400000, 86400", "99999999999, 86400"})
    void writesWholeSecondsRoundedUp(long millis, String seconds) {
        UserProperty property = RetryAfter.of(Duration.ofMillis(millis));
        assertThat(property).isEqualTo(new UserProperty("retry-after", seconds));
        assertThat(RetryAfter.in(properties(property)))
                .contains(Duration.ofSeconds(Long.parseLong(seconds)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "1.5", "1e3", "soon", "86401", "999999999999999999999", " 1"})
    void doesNotBelieveWhatIsNoWait(String value) {
        assertThat(RetryAfter.in(properties(new UserProperty(RetryAfter.NAME, value)))).isEmpty();
    }

    @Test
    void looksPastOtherProperties() {
        MqttProperties properties =
                MqttProperties.builder()
                        .with(MqttProperty.USER_PROPERTY, new UserProperty("Retry-After", "9"))
                        .with(MqttProperty.USER_PROPERTY, new UserProperty("retry-after", "7"))
                        .build();
        assertThat(RetryAfter.in(properties)).contains(Duration.ofSeconds(7));
        assertThat(RetryAfter.in(MqttProperties.EMPTY)).isEmpty();
    }

    private static MqttProperties properties(UserProperty property) {
        return MqttProperties.of(MqttProperty.USER_PROPERTY, property);
    }
}
