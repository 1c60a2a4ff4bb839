/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.breakwater.ca.ledger.KeyFingerprint;
import dev.breakwater.ca.request.MalformedRequest.Reason;
import dev.breakwater.testkit.pki.TestKeys;
import dev.breakwater.testkit.pki.TestRequests;
import java.security.KeyPair;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class CertificateRequestTest {

    private final KeyPair keys = TestKeys.p256();
    private final byte[] good = TestRequests.request(keys, "tank-1");

    @Test
    void readsARequestAndNamesItsKey() throws Exception {
        CertificateRequest request = CertificateRequest.parse(good);
        assertThat(request.encoded()).isEqualTo(good);
        assertThat(request.key()).isEqualTo(KeyFingerprint.of(keys.getPublic().getEncoded()));
    }

    @Test
    void readsWhatItMakesItself() throws Exception {
        CertificateRequest made = CertificateRequest.signedBy(keys, "localhost");
        assertThat(CertificateRequest.parse(made.encoded()).subject().toString())
                .isEqualTo("CN=localhost");
    }

    @Test
    void refusesNothingAtAllAndTooMuch() {
        assertRefused(new byte[0], Reason.EMPTY);
        assertRefused(new byte[CertificateRequest.BYTES_MAX + 1], Reason.TOO_LARGE);
    }

    @Test
    void refusesBytesAfterTheRequest() {
        assertRefused(Arrays.copyOf(good, good.length + 1), Reason.TRAILING_BYTES);
    }

    @Test
    void refusesEveryTruncation() {
        for (int length = 1; length < good.length; length++) {
            assertRefused(Arrays.copyOf(good, length), Reason.NOT_DER);
        }
    }

    @Test
    void refusesAnIndefiniteLengthWhichIsNotDer() {
        // 30 82 xx xx is the outer SEQUENCE; 30 80 ... 00 00 says the same in BER.
        int headerBytes = good[1] == (byte) 0x82 ? 4 : good[1] == (byte) 0x81 ? 3 : 2;
        byte[] ber = new byte[good.length - headerBytes + 4];
        ber[0] = 0x30;
        ber[1] = (byte) 0x80;
        System.arraycopy(good, headerBytes, ber, 2, good.length - headerBytes);
        assertRefused(ber, Reason.NOT_DER);
    }

    @Test
    void refusesDerThatIsSomethingElse() {
        assertRefused(new byte[] {0x30, 0x00}, Reason.NOT_PKCS10);
        assertRefused(new byte[] {0x05, 0x00}, Reason.NOT_PKCS10);
        assertRefused(keys.getPublic().getEncoded(), Reason.NOT_PKCS10);
    }

    @Test
    void refusesAnotherVersion() {
        // 30 len 30 len 02 01 00: the version is the third byte of the first INTEGER.
        byte[] versionTwo = good.clone();
        int at = indexOf(versionTwo, new byte[] {0x02, 0x01, 0x00}) + 2;
        versionTwo[at] = 1;
        assertRefused(versionTwo, Reason.VERSION);
    }

    @Test
    void survivesNestingAsDeepAsTheSizeAllows() {
        byte[] nested = new byte[CertificateRequest.BYTES_MAX];
        for (int i = 0; i < nested.length; i += 2) {
            nested[i] = 0x30;
            nested[i + 1] = (byte) 0x80;
        }
        assertRefused(nested, Reason.NOT_DER);
    }

    @Test
    void answersEveryMutationWithARequestOrARefusalAndNothingElse() {
        long seed = 20261122;
        Random random = new Random(seed);
        for (int round = 0; round < 20_000; round++) {
            byte[] mutated = good.clone();
            for (int changes = random.nextInt(1, 4); changes > 0; changes--) {
                mutated[random.nextInt(mutated.length)] = (byte) random.nextInt();
            }
            assertThatCode(
                            () -> {
                                try {
                                    CertificateRequest.parse(mutated);
                                } catch (MalformedRequest refused) {
                                    assertThat(refused.reason()).isNotNull();
                                }
                            })
                    .as("seed %d, round %d", seed, round)
                    .doesNotThrowAnyException();
        }
    }

    private static int indexOf(byte[] haystack, byte[] needle) {
        for (int i = 0; i <= haystack.length - needle.length; i++) {
            if (Arrays.equals(haystack, i, i + needle.length, needle, 0, needle.length)) {
                return i;
            }
        }
        throw new AssertionError("not found");
    }

    private static void assertRefused(byte[] bytes, Reason reason) {
        assertThatExceptionOfType(MalformedRequest.class)
                .isThrownBy(() -> CertificateRequest.parse(bytes))
                .extracting(MalformedRequest::reason)
                .isEqualTo(reason);
    }
}
