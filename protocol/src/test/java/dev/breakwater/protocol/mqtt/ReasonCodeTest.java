/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ReasonCodeTest {

    @ParameterizedTest
    @EnumSource
    void isFoundByItsNumber(ReasonCode code) {
        assertThat(ReasonCode.of(code.number())).isSameAs(code);
    }

    @Test
    void holdsTheFortyThreeNumbersOfTheSpecification() {
        // Table 2-6 has 43 numbers; 0x00 stands for three names.
        assertThat(ReasonCode.values()).hasSize(43);
        assertThat(ReasonCode.of(0x03)).isNull();
        assertThat(ReasonCode.of(0xA3)).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "SUCCESS, 0",
        "UNSUPPORTED_PROTOCOL_VERSION, 1",
        "CLIENT_IDENTIFIER_NOT_VALID, 2",
        "SERVER_UNAVAILABLE, 3",
        "SERVER_BUSY, 3",
        "CONNECTION_RATE_EXCEEDED, 3",
        "BAD_USER_NAME_OR_PASSWORD, 4",
        "NOT_AUTHORIZED, 5",
        "BANNED, 5",
        "MALFORMED_PACKET, 5",
    })
    void becomesAReturnCodeOf311(ReasonCode code, int returnCode) {
        assertThat(code.connectReturnCode()).isEqualTo(returnCode);
    }

    @Test
    void readsAsNumberAndName() {
        assertThat(ReasonCode.PACKET_TOO_LARGE).hasToString("0x95 packet too large");
    }

    @ParameterizedTest
    @EnumSource
    void everyGrantIsASubackCode(QualityOfService qos) {
        assertThat(ReasonCode.granted(qos).number()).isEqualTo(qos.level());
        assertThat(ReasonCode.granted(qos).isAllowedIn(PacketType.SUBACK)).isTrue();
    }
}
