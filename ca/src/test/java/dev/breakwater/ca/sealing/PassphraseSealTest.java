/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca.sealing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.breakwater.protocol.sealing.SecretText;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What a passphrase sealed, that passphrase opens, and nothing else does. */
final class PassphraseSealTest {

    private static final byte[] CONTEXT = "test".getBytes(UTF_8);
    private static final byte[] SECRET = "tide table".getBytes(UTF_8);

    private final SecretText passphrase = text("kettle orbit walnut seven fjord");

    @Test
    void opensWhatItSealed() throws Exception {
        byte[] sealed = PassphraseSeal.seal(SECRET, CONTEXT, passphrase);
        assertThat(new String(sealed, UTF_8)).doesNotContain("tide");
        assertThat(PassphraseSeal.open(sealed, CONTEXT, passphrase)).isEqualTo(SECRET);
        assertThat(PassphraseSeal.seal(SECRET, CONTEXT, passphrase)).isNotEqualTo(sealed);
    }

    @Test
    void refusesAShortPassphrase() {
        assertThatExceptionOfType(SealingKeyUnavailable.class)
                .isThrownBy(() -> PassphraseSeal.seal(SECRET, CONTEXT, text("fifteen letters")))
                .withMessageContaining("at least 16");
    }

    @Test
    void opensNothingThatWasChangedOrIsSomethingElse() throws Exception {
        byte[] sealed = PassphraseSeal.seal(SECRET, CONTEXT, passphrase);
        assertRefused("passphrase is wrong", sealed, CONTEXT, text("kettle orbit walnut seven"));
        assertRefused("passphrase is wrong", sealed, "other".getBytes(UTF_8), passphrase);
        byte[] otherSalt = sealed.clone();
        otherSalt[PassphraseHeader.PARAMETER_BYTES - 1] ^= 1;
        assertRefused("passphrase is wrong", otherSalt, CONTEXT, passphrase);
        byte[] otherTag = sealed.clone();
        otherTag[sealed.length - 1] ^= 1;
        assertRefused("passphrase is wrong", otherTag, CONTEXT, passphrase);
        byte[] cutShort = Arrays.copyOf(sealed, PassphraseHeader.PARAMETER_BYTES);
        assertRefused("passphrase is wrong", cutShort, CONTEXT, passphrase);
    }

    /** A cost that would take the whole memory is refused before anything is derived. */
    @Test
    void refusesWhatHasNoHeaderOfOurs() throws Exception {
        assertRefused("not sealed with a passphrase", new byte[0], CONTEXT, passphrase);
        byte[] costly = PassphraseSeal.seal(SECRET, CONTEXT, passphrase);
        costly[8] = 0x7F;
        assertRefused("not sealed with a passphrase", costly, CONTEXT, passphrase);
    }

    private static void assertRefused(
            String why, byte[] sealed, byte[] context, SecretText passphrase) {
        assertThatExceptionOfType(SealingKeyUnavailable.class)
                .isThrownBy(() -> PassphraseSeal.open(sealed, context, passphrase))
                .withMessageContaining(why);
    }

    private static SecretText text(String text) {
        return SecretText.of(text.toCharArray());
    }
}
