/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca.keys;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.breakwater.protocol.sealing.SealingKey;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.Signature;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SealedFileKeyStoreTest {

    @TempDir Path temporary;

    private final SealingKey sealingKey = SealingKey.random();

    @Test
    void givesBackTheKeyItMadeAndThatKeySigns() throws Exception {
        CaKey made = store().generate(CaRole.ROOT);
        CaKey found = store().key(CaRole.ROOT).orElseThrow();
        assertThat(found.publicKey()).isEqualTo(made.publicKey());
        byte[] content = "content".getBytes(UTF_8);
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initVerify(made.publicKey());
        signature.update(content);
        assertThat(signature.verify(found.sign(content))).isTrue();
    }

    @Test
    void hasNoKeyBeforeOneIsMadeAndMakesNoDirectoryByLooking() throws Exception {
        assertThat(store().key(CaRole.ISSUING)).isEmpty();
        assertThat(store().certificate(CaRole.ISSUING)).isEmpty();
        assertThat(directory()).doesNotExist();
    }

    @Test
    void neverReplacesAKey() throws Exception {
        store().generate(CaRole.ROOT);
        byte[] before = Files.readAllBytes(directory().resolve("root.key.sealed"));
        assertThatExceptionOfType(KeyStoreFailed.class)
                .isThrownBy(() -> store().generate(CaRole.ROOT))
                .withMessageContaining("is not replaced");
        assertThat(Files.readAllBytes(directory().resolve("root.key.sealed"))).isEqualTo(before);
    }

    @Test
    void refusesTheRootKeyInPlaceOfTheIssuingKey() throws Exception {
        store().generate(CaRole.ROOT);
        Files.copy(
                directory().resolve("root.key.sealed"), directory().resolve("issuing.key.sealed"));
        assertRefused(CaRole.ISSUING);
    }

    @Test
    void refusesEveryChangeAndTruncationOfASealedKey() throws Exception {
        store().generate(CaRole.ROOT);
        Path file = directory().resolve("root.key.sealed");
        byte[] good = Files.readAllBytes(file);
        for (int i = 0; i < good.length; i++) {
            byte[] changed = good.clone();
            changed[i] ^= 1;
            Files.write(file, changed);
            assertRefused(CaRole.ROOT);
        }
        Files.write(file, new byte[0]);
        assertRefused(CaRole.ROOT);
    }

    @Test
    void refusesAnotherSealingKey() throws Exception {
        store().generate(CaRole.ROOT);
        CaKeyStore other = new SealedFileKeyStore(directory(), SealingKey.random());
        assertThatExceptionOfType(KeyStoreFailed.class)
                .isThrownBy(() -> other.key(CaRole.ROOT))
                .withMessageContaining("does not open with this sealing key");
    }

    @Test
    void leavesNoPrivateKeyInTheClearAndNothingReadableByOthers() throws Exception {
        CaKey key = store().generate(CaRole.ROOT);
        byte[] point = key.publicKey().getEncoded();
        String publicPart = new String(point, point.length - 32, 32, StandardCharsets.ISO_8859_1);
        try (var files = Files.list(directory())) {
            for (Path file : files.toList()) {
                String content = Files.readString(file, StandardCharsets.ISO_8859_1);
                // The public half lies beside the private one, so its absence shows the seal.
                assertThat(content).doesNotContain("PRIVATE KEY").doesNotContain(publicPart);
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .isEqualTo("rw-------");
            }
        }
        assertThat(key.toString()).contains("REDACTED");
    }

    @Test
    void refusesACertificateFileThatIsNone() throws Exception {
        store().generate(CaRole.ROOT);
        Path file = directory().resolve("root.crt");
        Files.writeString(file, "not a certificate");
        assertThatExceptionOfType(KeyStoreFailed.class)
                .isThrownBy(() -> store().certificate(CaRole.ROOT))
                .withMessageContaining("cannot be read as a certificate");
        Files.move(file, directory().resolve("moved"), StandardCopyOption.ATOMIC_MOVE);
        assertThat(store().certificate(CaRole.ROOT)).isEmpty();
    }

    private void assertRefused(CaRole role) {
        assertThatExceptionOfType(KeyStoreFailed.class).isThrownBy(() -> store().key(role));
    }

    private CaKeyStore store() {
        return new SealedFileKeyStore(directory(), sealingKey);
    }

    private Path directory() {
        return temporary.resolve("ca");
    }
}
