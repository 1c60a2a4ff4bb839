/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.testkit.hostile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.protocol.mqtt.Connect;
import dev.breakwater.protocol.mqtt.MalformedPacket;
import dev.breakwater.protocol.mqtt.MqttDecoder;
import dev.breakwater.protocol.mqtt.MqttLimits;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** That the samples are what they say: a hostile input that is none tests nothing. */
class HostileSamplesTest {

    static Stream<List<? extends Sample<?>>> families() {
        return Stream.of(
                HostileTexts.all().toList(),
                HostileTexts.surrogates().toList(),
                HostileTexts.ofLengths(64).toList(),
                HostileLengths.announced().toList(),
                HostileBytes.notUtf8().toList(),
                HostileNetworks.names().toList(),
                HostileNetworks.notNames().toList(),
                HostileNetworks.passphrases().toList(),
                HostileNetworks.notPassphrases().toList(),
                HostileMqtt.insteadOfConnect().toList(),
                HostileMqtt.afterConnect().toList(),
                HostileHttp.heads().toList(),
                HostileHttp.smuggled().toList(),
                HostileHttp.oversized(4096).toList());
    }

    @ParameterizedTest
    @MethodSource("families")
    void areEachThereOnceUnderANameThatATerminalPrints(List<? extends Sample<?>> family) {
        assertThat(family).hasSizeGreaterThan(2);
        assertThat(family.stream().map(Sample::toString))
                .doesNotHaveDuplicates()
                .allMatch(what -> what.matches("[ -~]{3,80}"));
    }

    @Test
    void textsAreUnicodeWithinTheirLength() {
        assertThat(HostileTexts.all())
                .allMatch(text -> text.value().length() <= HostileTexts.CHARS_MAX)
                .allMatch(text -> UTF_8.newEncoder().canEncode(text.value()));
        assertThat(HostileTexts.surrogates())
                .noneMatch(text -> UTF_8.newEncoder().canEncode(text.value()));
    }

    @ParameterizedTest
    @MethodSource("dev.breakwater.testkit.hostile.HostileBytes#notUtf8")
    void bytesAreNoUtf8(Sample<byte[]> bytes) {
        assertThatThrownBy(() -> UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.value())))
                .isInstanceOf(CharacterCodingException.class);
    }

    @Test
    void lengthsStandAroundTheirLimit() {
        assertThat(HostileLengths.around(8)).containsExactly(0, 7, 8, 9, 16, 80);
        assertThat(HostileLengths.around(1)).containsExactly(0, 1, 2, 10);
        assertThatIllegalArgumentException().isThrownBy(() -> HostileLengths.around(0));
        assertThat(HostileTexts.ofLengths(2).map(Sample::value))
                .containsExactly("", "x", "xx", "xxx", "x".repeat(4), "x".repeat(20));
    }

    @Test
    void messagesAreCutAndTurnedEverywhere() {
        byte[] whole = {1, 2};
        assertThat(HostileBytes.truncations(whole).map(Sample::value))
                .containsExactly(new byte[0], new byte[] {1});
        assertThat(HostileBytes.flippedBits(whole).map(Sample::value))
                .hasSize(16)
                .doesNotContain(whole)
                .contains(new byte[] {0, 2}, new byte[] {1, (byte) 0x82});
        assertThat(whole).containsExactly(1, 2);
    }

    @Test
    void namesOfNetworksAreOnBothSidesOfTheLimit() {
        assertThat(HostileNetworks.names())
                .allMatch(name -> name.value().length >= 1 && name.value().length <= 32);
        assertThat(HostileNetworks.notNames())
                .allMatch(name -> name.value().length < 1 || name.value().length > 32);
    }

    @Test
    void connectIsRight() throws Exception {
        assertThat(decoder().decode(ByteBuffer.wrap(HostileMqtt.connect())))
                .isInstanceOf(Connect.class);
    }

    @ParameterizedTest
    @MethodSource("dev.breakwater.testkit.hostile.HostileMqtt#insteadOfConnect")
    void nothingInsteadOfConnectIsOne(Sample<byte[]> packet) {
        try {
            assertThat(decoder().decode(ByteBuffer.wrap(packet.value())))
                    .isNotInstanceOf(Connect.class);
        } catch (MalformedPacket malformed) {
            assertThat(malformed).hasMessageNotContaining("null");
        }
    }

    private static MqttDecoder decoder() {
        return MqttDecoder.forServer(MqttLimits.DEFAULT);
    }
}
