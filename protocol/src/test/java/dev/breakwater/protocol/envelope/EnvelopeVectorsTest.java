/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.envelope;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.hpke.AEAD;
import org.bouncycastle.crypto.hpke.HPKE;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Our suite is the one of RFC 9180, and an envelope is what the reference says it is. */
final class EnvelopeVectorsTest {

    // RFC 9180 appendix A.2.1: base mode of our suite.
    private static final byte[] INFO = bytes("4f6465206f6e2061204772656369616e2055726e");
    private static final byte[] SENDER_PRIVATE =
            bytes("f4ec9b33b792c372c1d2c2063507b684ef925b8c75a42dbcbf57d63ccd381600");
    private static final byte[] ENCAPSULATED =
            bytes("1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a");
    private static final byte[] RECIPIENT_PUBLIC =
            bytes("4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a");
    private static final byte[] RECIPIENT_PRIVATE =
            bytes("8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb");
    private static final byte[] PLAINTEXT =
            bytes("4265617574792069732074727574682c20747275746820626561757479");

    private final HPKE hpke = Suite.X25519_CHACHA20_POLY1305.hpke();

    @ParameterizedTest
    @CsvSource({
        "0, 1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d2dd1b51a28",
        "1, 6b53c051e4199c518de79594e1c4ab18b96f081549d45ce015be002090bb119e85285337cc95ba5f59992dc98c",
        "2, 71146bd6795ccc9c49ce25dda112a48f202ad220559502cef1f34271e0cb4b02b4f10ecac6f48c32f878fae86b",
        "4, 63357a2aa291f5a4e5f27db6baa2af8cf77427c7c1a909e0b37214dd47db122bb153495ff0b02e9e54a50dbe16",
        "255, 18ab939d63ddec9f6ac2b60d61d36a7375d2070c9b683861110757062c52b8880a5f6b3936da9cd6c23ef2a95c",
        "256, 7a4a13e9ef23978e2c520fd4d2e757514ae160cd0cd05e556ef692370ca53076214c0c40d4c728d6ed9e727a5b"
    })
    void sealsAndOpensAsTheVectorsOfTheRfc(int number, String ciphertext)
            throws InvalidCipherTextException {
        var sender =
                hpke.setupBaseS(
                        hpke.deserializePublicKey(RECIPIENT_PUBLIC),
                        INFO,
                        hpke.deserializePrivateKey(SENDER_PRIVATE, null));
        var receiver =
                hpke.setupBaseR(
                        ENCAPSULATED, hpke.deserializePrivateKey(RECIPIENT_PRIVATE, null), INFO);
        assertThat(sender.getEncapsulation()).isEqualTo(ENCAPSULATED);
        for (int earlier = 0; earlier < number; earlier++) {
            byte[] skipped = sender.seal(new byte[0], new byte[0]);
            assertThat(receiver.open(new byte[0], skipped)).isEmpty();
        }
        byte[] aad = ("Count-" + number).getBytes(UTF_8);
        assertThat(sender.seal(aad, PLAINTEXT)).isEqualTo(bytes(ciphertext));
        assertThat(receiver.open(aad, bytes(ciphertext))).isEqualTo(PLAINTEXT);
    }

    @Test
    void derivesThePublicKeyOfTheRfcFromThePrivateOne() {
        assertThat(recipientOfTheRfc().published().encoded()).isEqualTo(RECIPIENT_PUBLIC);
    }

    @Test
    void opensAnEnvelopeSealedByAnotherImplementationInThisFormat() {
        // Made with Python's cryptography 48.0.0: its X25519 and ChaCha20-Poly1305, the key
        // schedule and the export of RFC 9180 written out; keys of appendix A.2.1.
        byte[] kept =
                bytes(
                        "1d" // version
                                + "01" // suite
                                + "9e2afa15b453d872" // id of the recipient's key
                                + "00060a24181e4000" // sequence 1,700,000,000,000,000
                                // encapsulated key
                                + "1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a"
                                + "027c0695d2b9c34720ae5875edec11c21b" // ciphertext
                                + "7c7c247d3913190b5d652712a5e3f002"); // tag
        Opener opener =
                new Opener(
                        KeyRing.of(List.of(recipientOfTheRfc())),
                        () -> Instant.ofEpochSecond(1_700_000_000));
        Opening opening = opener.open(kept, Party.TELEMETRY, ReplayWindow.ofStranger());
        assertThat(opening)
                .isInstanceOfSatisfying(
                        Opening.Opened.class,
                        opened -> {
                            assertThat(opened.payload())
                                    .isEqualTo("the water is warm".getBytes(UTF_8));
                            assertThat(opened.sequence()).isEqualTo(1_700_000_000_000_000L);
                        });
    }

    /** What the sealer makes is taken apart by its documented places, with Bouncy Castle alone. */
    @Test
    void sealsWhatBouncyCastleOpensByTheDocumentedBytes() throws Exception {
        RecipientKeyPair recipient = recipientOfTheRfc();
        Sealer sealer =
                new Sealer(
                        List.of(recipient.published()),
                        new ClockSequence(() -> Party.START),
                        () -> Party.START);
        byte[] envelope = sealer.seal(PLAINTEXT, Party.TELEMETRY);
        byte[] info =
                ByteBuffer.allocate(66)
                        .put("breakwater envelope 2".getBytes(UTF_8))
                        .put((byte) 1)
                        .put(bytes("0199c000000070008000000000000001"))
                        .put(bytes("0199c000000070008000000000000002"))
                        .put("me/telemetry".getBytes(UTF_8))
                        .array();
        byte[] name =
                ByteBuffer.allocate(20)
                        .put("envelope key".getBytes(UTF_8))
                        .put(envelope, 10, 8)
                        .array();
        byte[] exported =
                hpke.setupBaseR(
                                Arrays.copyOfRange(envelope, 18, 50),
                                hpke.deserializePrivateKey(RECIPIENT_PRIVATE, null),
                                info)
                        .export(name, 44);
        byte[] opened =
                new AEAD(
                                HPKE.aead_CHACHA20_POLY1305,
                                Arrays.copyOf(exported, 32),
                                Arrays.copyOfRange(exported, 32, 44))
                        .open(
                                Arrays.copyOf(envelope, 18),
                                Arrays.copyOfRange(envelope, 50, envelope.length));
        assertThat(opened).isEqualTo(PLAINTEXT);
        assertThat(envelope).startsWith(bytes("1d019e2afa15b453d872"));
    }

    private static RecipientKeyPair recipientOfTheRfc() {
        Validity always = new Validity(Instant.EPOCH, Party.START.plus(Duration.ofDays(1)));
        return RecipientKeyPair.of(Suite.X25519_CHACHA20_POLY1305, RECIPIENT_PRIVATE, always);
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }
}
