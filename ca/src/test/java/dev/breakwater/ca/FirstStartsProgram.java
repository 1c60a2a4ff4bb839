/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca;

import dev.breakwater.ca.keys.SealedFileKeyStore;
import dev.breakwater.ca.ledger.CertificateFingerprint;
import dev.breakwater.protocol.sealing.SealingKey;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;

/**
 * Makes one new authority after another until it is killed, and says of each that it stands: {@code
 * made <number> <fingerprint of the issuing certificate>}.
 */
final class FirstStartsProgram {

    private FirstStartsProgram() {}

    /** The sealing key this program and its test share. */
    static SealingKey sealingKey() {
        byte[] key = new byte[SealingKey.KEY_BYTES];
        Arrays.fill(key, (byte) 42);
        return SealingKey.of(key);
    }

    public static void main(String[] arguments) throws Exception {
        for (int number = 0; ; number++) {
            CertificateAuthority authority =
                    CertificateAuthority.open(
                            new SealedFileKeyStore(
                                    Path.of(arguments[0], String.valueOf(number)), sealingKey()),
                            new InMemoryIssuanceLedger(),
                            IssuancePolicy.standard(),
                            Clock.systemUTC());
            System.out.println(
                    "made "
                            + number
                            + " "
                            + CertificateFingerprint.of(
                                    authority.issuers().getFirst().getEncoded()));
        }
    }
}
