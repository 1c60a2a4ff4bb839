/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.attestation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.testkit.pki.TestKeys;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What is cut off, too long, or wrong in a bit is refused or read, and never a defect. */
final class TpmGarbageTest {

    private final ImitationTpm tpm = ImitationTpm.around(TestKeys.p256());

    private interface Parser {
        Object parse(byte[] bytes) throws Exception;
    }

    @Test
    void survivesPublicAreas() throws Exception {
        attack(tpm.endorsementPublic, TpmPublic::parse);
        attack(tpm.attestationPublic, TpmPublic::parse);
        attack(tpm.devicePublic, TpmPublic::parse);
    }

    @Test
    void survivesStatements() throws Exception {
        attack(tpm.statement(new byte[32]), TpmStatement::parse);
    }

    @Test
    void survivesSignatures() throws Exception {
        attack(tpm.sign(new byte[8]), TpmSignature::parse);
    }

    private static void attack(byte[] good, Parser parser) throws Exception {
        parser.parse(good);
        for (int length = 0; length < good.length; length++) {
            assertThat(isRead(Arrays.copyOf(good, length), parser))
                    .as("cut at " + length)
                    .isFalse();
        }
        assertThat(isRead(Arrays.copyOf(good, good.length + 1), parser)).isFalse();
        for (int bit = 0; bit < good.length * 8; bit++) {
            byte[] flipped = good.clone();
            flipped[bit / 8] ^= (byte) (1 << (bit % 8));
            boolean _ = isRead(flipped, parser);
        }
    }

    private static boolean isRead(byte[] bytes, Parser parser) throws Exception {
        try {
            parser.parse(bytes);
            return true;
        } catch (TpmMalformed | TpmStatement.NotGenerated refused) {
            return false;
        }
    }
}
