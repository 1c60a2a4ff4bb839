/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class MqttLimitsTest {

    @Test
    void defaultsAreTheDocumentedOnes() {
        assertThat(MqttLimits.DEFAULT)
                .isEqualTo(new MqttLimits(8_192, 131_072, 128, 256, 8, 8, 16, 4_096));
    }

    @Test
    void refusesALimitThatNoPacketOrEveryPacketWouldFit() {
        assertThatThrownBy(() -> new MqttLimits(63, 131_072, 128, 256, 8, 8, 16, 4_096))
                .hasMessage("firstPacketBytesMax is 63; it must be 64 to 268435460");
        assertThatThrownBy(() -> new MqttLimits(8_192, 131_072, 128, 65_536, 8, 8, 16, 4_096))
                .hasMessage("topicBytesMax is 65536; it must be 1 to 65535");
    }
}
