/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SetupKeyHashTest {

    /** SHA-256 of "abc" (FIPS 180-2, appendix B.1). */
    private static final String ABC =
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    @Test
    void isTheSha256OfTheEncodedKey() throws Exception {
        SetupKeyHash hash = SetupKeyHash.of("abc".getBytes(StandardCharsets.US_ASCII));
        assertThat(hash.hex()).isEqualTo(ABC);
        assertThat(hash.text()).isEqualTo("ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0");
        assertThat(SetupKeyHash.ofHex(ABC)).isEqualTo(hash);
        assertThat(new SetupKeyHash(hash.text()).bytes()).isEqualTo(hash.bytes()).hasSize(32);
        PublicKey key = p256();
        assertThat(SetupKeyHash.of(key)).isEqualTo(SetupKeyHash.of(key.getEncoded()));
        assertThat(SetupKeyHash.of(key)).isNotEqualTo(SetupKeyHash.of(p256()));
    }

    /** The last one decodes to the same bytes as a good one, and is another spelling of it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa",
                "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0=",
                "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0",
                "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa1"
            })
    void refusesAnyOtherSpelling(String text) {
        assertThatThrownBy(() -> new SetupKeyHash(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("43 characters");
    }

    private static PublicKey p256() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair().getPublic();
    }
}
