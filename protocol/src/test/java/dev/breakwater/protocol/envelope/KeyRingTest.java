/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.envelope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class KeyRingTest {

    private static final Suite SUITE = Suite.X25519_CHACHA20_POLY1305;

    private final RecipientKeyPair pair = RecipientKeyPair.fresh(SUITE, Party.MONTH);

    @Test
    void aKeyThatWasKeptIsTheSameKey() {
        byte[] kept = pair.privateKey();
        RecipientKeyPair again = RecipientKeyPair.of(SUITE, kept, Party.MONTH);
        assertThat(again.published()).isEqualTo(pair.published());
        RecipientKey published = pair.published();
        assertThat(RecipientKey.of(SUITE, published.encoded(), Party.MONTH)).isEqualTo(published);
        assertThat(published).isNotEqualTo(Party.pairFrom(Party.START).published());
    }

    @Test
    void aPrivateKeyIsNeverPrintedAndWiped() {
        byte[] secret = pair.privateKey();
        assertThat(pair.toString())
                .contains("REDACTED")
                .doesNotContain(HexFormat.of().formatHex(secret));
        pair.destroy();
        assertThat(pair.isDestroyed()).isTrue();
        assertThatIllegalStateException().isThrownBy(pair::privateKey);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 31, 33})
    void refusesKeysOfAnotherLength(int length) {
        byte[] key = new byte[length];
        Arrays.fill(key, (byte) 9);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RecipientKey.of(SUITE, key, Party.MONTH));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RecipientKeyPair.of(SUITE, key, Party.MONTH));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0000000000000000000000000000000000000000000000000000000000000000",
                "0100000000000000000000000000000000000000000000000000000000000000",
                "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
                "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
                "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"
            })
    void refusesPublicKeysOfLowOrder(String hex) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RecipientKey.of(SUITE, HexFormat.of().parseHex(hex), Party.MONTH))
                .withMessageContaining("low order");
    }

    @Test
    void refusesAnUnfilledPrivateKey() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RecipientKeyPair.of(SUITE, new byte[32], Party.MONTH))
                .withMessageContaining("zeros");
    }

    @Test
    void refusesAValidityWithoutAnInstant() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Validity(Party.START, Party.START));
        assertThat(Party.MONTH.covers(Party.START)).isTrue();
        assertThat(Party.MONTH.covers(Party.MONTH.notAfter())).isFalse();
    }

    @Test
    void sealsToTheNewestOfThoseThatAreValid() {
        RecipientKey first = pair.published();
        RecipientKey second = Party.pairFrom(Party.START.plus(Duration.ofDays(10))).published();
        List<RecipientKey> published = List.of(second, first);
        assertThat(RecipientKey.newest(published, Party.START.plus(Duration.ofDays(9))))
                .contains(first);
        assertThat(RecipientKey.newest(published, Party.START.plus(Duration.ofDays(10))))
                .contains(second);
        assertThat(RecipientKey.newest(published, Party.START.plus(Duration.ofDays(40)))).isEmpty();
    }

    @Test
    void holdsAtMostSixteenKeysAndEachOnce() {
        assertThatIllegalArgumentException().isThrownBy(() -> KeyRing.of(List.of()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KeyRing.of(List.of(pair)).with(pair))
                .withMessageContaining(pair.published().id().toString());
        List<RecipientKeyPair> many =
                Stream.generate(() -> Party.pairFrom(Party.START)).limit(KeyRing.KEYS_MAX).toList();
        KeyRing full = KeyRing.of(many);
        assertThat(full.published()).hasSize(KeyRing.KEYS_MAX);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> full.with(pair))
                .withMessageContaining("16");
    }

    @Test
    void refusesToLoseItsLastKey() {
        KeyRing ring = KeyRing.of(List.of(pair));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ring.withoutEnded(Party.MONTH.notAfter()));
        assertThat(ring.withoutEnded(Party.MONTH.notAfter().minusNanos(1)).published()).hasSize(1);
    }
}
