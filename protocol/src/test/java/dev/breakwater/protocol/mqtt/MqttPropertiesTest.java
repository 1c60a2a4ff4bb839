/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class MqttPropertiesTest {

    private static final UserProperty FIRST = new UserProperty("a", "1");
    private static final UserProperty SECOND = new UserProperty("a", "2");

    @Test
    void givesValuesWithTheirTypes() {
        MqttProperties properties =
                MqttProperties.builder()
                        .with(MqttProperty.RECEIVE_MAXIMUM, 20)
                        .with(MqttProperty.SESSION_EXPIRY_INTERVAL_SECONDS, 60L)
                        .build();

        assertThat(properties.get(MqttProperty.RECEIVE_MAXIMUM)).hasValue(20);
        assertThat(properties.get(MqttProperty.SESSION_EXPIRY_INTERVAL_SECONDS)).hasValue(60L);
        assertThat(properties.get(MqttProperty.TOPIC_ALIAS_MAXIMUM)).isEmpty();
        assertThat(properties.has(MqttProperty.RECEIVE_MAXIMUM)).isTrue();
        assertThat(properties.has(MqttProperty.TOPIC_ALIAS_MAXIMUM)).isFalse();
    }

    @Test
    void keepsUserPropertiesInTheirOrder() {
        MqttProperties properties =
                MqttProperties.builder()
                        .with(MqttProperty.USER_PROPERTY, FIRST)
                        .with(MqttProperty.USER_PROPERTY, SECOND)
                        .build();

        assertThat(properties.all(MqttProperty.USER_PROPERTY)).containsExactly(FIRST, SECOND);
        assertThat(properties.get(MqttProperty.USER_PROPERTY)).hasValue(FIRST);
    }

    @Test
    void emptyListIsAlwaysTheSame() {
        assertThat(MqttProperties.builder().build()).isSameAs(MqttProperties.EMPTY);
        assertThat(MqttProperties.EMPTY.isEmpty()).isTrue();
    }

    @Test
    void refusesToRepeatWhatMustNotBeRepeated() {
        MqttProperties.Builder builder = MqttProperties.builder().with(MqttProperty.TOPIC_ALIAS, 1);

        assertThatThrownBy(() -> builder.with(MqttProperty.TOPIC_ALIAS, 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the topic alias is given already");
    }

    @Test
    void refusesValuesOutOfRange() {
        assertOutOfRange(MqttProperty.RECEIVE_MAXIMUM, 0);
        assertOutOfRange(MqttProperty.RECEIVE_MAXIMUM, 65_536);
        assertOutOfRange(MqttProperty.TOPIC_ALIAS, 0);
        assertOutOfRange(MqttProperty.MAXIMUM_QOS, 2);
        assertOutOfRange(MqttProperty.MAXIMUM_PACKET_SIZE_BYTES, 0L);
        assertOutOfRange(MqttProperty.MAXIMUM_PACKET_SIZE_BYTES, 0x1_0000_0000L);
        assertOutOfRange(MqttProperty.SUBSCRIPTION_IDENTIFIER, 0);
        assertOutOfRange(MqttProperty.SUBSCRIPTION_IDENTIFIER, 268_435_456);
        assertOutOfRange(MqttProperty.RESPONSE_TOPIC, TopicName.ALIASED);
        assertOutOfRange(MqttProperty.CORRELATION_DATA, ByteBuffer.allocate(65_536));
    }

    private static <T> void assertOutOfRange(MqttProperty<T> property, T value) {
        assertThatThrownBy(() -> MqttProperties.of(property, value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(property.toString());
    }

    @Test
    void binaryValuesCannotBeChangedFromOutside() {
        byte[] given = {1, 2};
        MqttProperties properties =
                MqttProperties.of(MqttProperty.CORRELATION_DATA, ByteBuffer.wrap(given));
        given[0] = 9;

        ByteBuffer first = properties.get(MqttProperty.CORRELATION_DATA).orElseThrow();
        assertThat(first.get()).isEqualTo((byte) 1);

        assertThat(first.isReadOnly()).isTrue();
        assertThat(properties.get(MqttProperty.CORRELATION_DATA))
                .hasValue(ByteBuffer.wrap(new byte[] {1, 2}));
    }
}
