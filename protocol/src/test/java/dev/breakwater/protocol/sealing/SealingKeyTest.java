/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.sealing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

final class SealingKeyTest {

    private static final byte[] CONTEXT = "test value".getBytes(UTF_8);
    private static final byte[] SECRET = "the heater code".getBytes(UTF_8);

    private final SealingKey key = SealingKey.random();

    @Test
    void opensWhatItSealed() throws SealBroken {
        byte[] sealed = key.seal(SECRET, CONTEXT);
        assertThat(sealed).hasSize(SECRET.length + SealingKey.OVERHEAD_BYTES);
        assertThat(key.open(sealed, CONTEXT)).isEqualTo(SECRET);
    }

    @Test
    void opensAValueSealedByAnotherImplementationInThisFormat() throws SealBroken {
        // Made with OpenSSL's AES-256-GCM (Python's cryptography): key 42..42, nonce 00..0b.
        byte[] kept =
                HexFormat.of()
                        .parseHex(
                                "01" // version
                                        + "000102030405060708090a0b" // nonce
                                        + "71b6f4fdd949937ff8746470beb93e" // ciphertext
                                        + "669145c5278ce1ce4f381cbfd95700fe"); // tag
        byte[] raw = HexFormat.of().parseHex("42".repeat(32));
        assertThat(SealingKey.of(raw).open(kept, CONTEXT)).isEqualTo(SECRET);
    }

    @Test
    void opensAnEmptySecretAndTheLongestOne() throws SealBroken {
        byte[] longest = new byte[SealingKey.PLAINTEXT_BYTES_MAX];
        assertThat(key.open(key.seal(new byte[0], CONTEXT), CONTEXT)).isEmpty();
        assertThat(key.open(key.seal(longest, CONTEXT), CONTEXT)).isEqualTo(longest);
    }

    @Test
    void refusesEverySingleChangedByte() {
        byte[] sealed = key.seal(SECRET, CONTEXT);
        for (int i = 0; i < sealed.length; i++) {
            byte[] changed = sealed.clone();
            changed[i] ^= 0x01;
            assertThatExceptionOfType(SealBroken.class)
                    .as("byte %d", i)
                    .isThrownBy(() -> key.open(changed, CONTEXT));
        }
    }

    @Test
    void refusesEveryTruncation() {
        byte[] sealed = key.seal(SECRET, CONTEXT);
        for (int length = 0; length < sealed.length; length++) {
            byte[] cut = Arrays.copyOf(sealed, length);
            assertThatExceptionOfType(SealBroken.class).isThrownBy(() -> key.open(cut, CONTEXT));
        }
    }

    @Test
    void refusesAnotherContext() {
        byte[] sealed = key.seal(SECRET, CONTEXT);
        assertThatExceptionOfType(SealBroken.class)
                .isThrownBy(() -> key.open(sealed, "other value".getBytes(UTF_8)));
    }

    @Test
    void refusesAnotherKey() {
        byte[] sealed = key.seal(SECRET, CONTEXT);
        assertThatExceptionOfType(SealBroken.class)
                .isThrownBy(() -> SealingKey.random().open(sealed, CONTEXT));
    }

    @Test
    void sealsTheSameSecretDifferentlyEachTime() {
        assertThat(key.seal(SECRET, CONTEXT)).isNotEqualTo(key.seal(SECRET, CONTEXT));
    }

    @Test
    void refusesSizesBeyondItsLimits() {
        byte[] tooLong = new byte[SealingKey.PLAINTEXT_BYTES_MAX + 1];
        byte[] longContext = new byte[SealingKey.CONTEXT_BYTES_MAX + 1];
        byte[] tooLongSealed =
                new byte[SealingKey.PLAINTEXT_BYTES_MAX + SealingKey.OVERHEAD_BYTES + 1];
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> key.seal(tooLong, CONTEXT))
                .withMessageContaining("1048576");
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> key.seal(SECRET, longContext));
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> key.seal(SECRET, new byte[0]));
        assertThatExceptionOfType(SealBroken.class)
                .isThrownBy(() -> key.open(tooLongSealed, CONTEXT))
                .withMessageContaining("too long");
    }

    @Test
    void refusesKeysOfTheWrongLengthOrAllZero() {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> SealingKey.of(new byte[31]));
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> SealingKey.of(new byte[32]))
                .withMessageContaining("zeros");
    }

    @Test
    void refusesToWorkOnceDestroyed() {
        byte[] sealed = key.seal(SECRET, CONTEXT);
        key.destroy();
        assertThat(key.isDestroyed()).isTrue();
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> key.open(sealed, CONTEXT));
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> key.seal(SECRET, CONTEXT));
    }

    @Test
    void neverPrintsItself() {
        byte[] raw = new byte[32];
        Arrays.fill(raw, (byte) 'k');
        assertThat(SealingKey.of(raw).toString()).isEqualTo("SealingKey[REDACTED]");
        assertThat(SecretText.of("hunter2".toCharArray()).toString()).doesNotContain("hunter2");
    }
}
