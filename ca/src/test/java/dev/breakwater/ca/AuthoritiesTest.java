/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.breakwater.ca.keys.CaKey;
import dev.breakwater.ca.keys.CaKeyStore;
import dev.breakwater.ca.keys.CaRole;
import dev.breakwater.ca.keys.KeyStoreFailed;
import dev.breakwater.ca.keys.SealedFileKeyStore;
import dev.breakwater.protocol.sealing.SealingKey;
import dev.breakwater.testkit.TestClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The first start, every way it can be interrupted, and every way the files can be wrong. */
final class AuthoritiesTest {

    private static final String[] FILES = {
        "root.key.sealed", "root.crt", "issuing.key.sealed", "issuing.crt"
    };

    @TempDir Path temporary;

    private final TestClock clock = TestClock.at(Instant.parse("2026-11-22T12:00:00Z"));
    private final SealingKey sealingKey = SealingKey.random();
    private Path directory;
    private CaKeyStore store;

    @BeforeEach
    void setUp() {
        directory = temporary.resolve("ca");
        store = new SealedFileKeyStore(directory, sealingKey);
    }

    @Test
    void makesARootAndAnIssuingAuthorityAtTheFirstStart() throws Exception {
        Authorities made = Authorities.findOrMake(store, clock);
        assertThat(made.root().getBasicConstraints()).isEqualTo(1);
        assertThat(made.issuing().getBasicConstraints()).isZero();
        assertThat(made.root().getNotAfter().toInstant()).isEqualTo("2046-11-22T12:00:00Z");
        assertThat(made.issuing().getNotAfter().toInstant()).isEqualTo("2036-11-22T12:00:00Z");
        assertThat(made.root().getSubjectX500Principal().getName())
                .startsWith("CN=Breakwater Root CA ");
        assertThat(made.issuing().getKeyUsage()[5]).as("keyCertSign").isTrue();
        assertThat(made.issuing().getKeyUsage()[6]).as("cRLSign").isTrue();
    }

    @Test
    void findsTheSameAuthoritiesAtEveryLaterStart() throws Exception {
        Authorities made = Authorities.findOrMake(store, clock);
        Map<String, byte[]> before = contents();
        clock.advance(Duration.ofDays(400));
        Authorities found = Authorities.findOrMake(store, clock);
        assertThat(found.root()).isEqualTo(made.root());
        assertThat(found.issuing()).isEqualTo(made.issuing());
        assertThat(contents()).containsExactlyInAnyOrderEntriesOf(before);
    }

    @Test
    void completesAFirstStartKilledBetweenAnyTwoWrites() throws Exception {
        for (int writes = 0; writes < FILES.length; writes++) {
            Path folder = temporary.resolve("killed-after-" + writes);
            CaKeyStore real = new SealedFileKeyStore(folder, sealingKey);
            CaKeyStore dying = new KeyStoreThatDies(real, writes);
            assertThatExceptionOfType(KilledForTest.class)
                    .isThrownBy(() -> Authorities.findOrMake(dying, clock));
            for (int i = 0; i < FILES.length; i++) {
                assertThat(Files.exists(folder.resolve(FILES[i])))
                        .as("%s after %d writes", FILES[i], writes)
                        .isEqualTo(i < writes);
            }
            // A stray temporary file is what a kill inside a write leaves.
            if (writes > 0) {
                Files.writeString(folder.resolve(FILES[writes] + ".tmp"), "half a write");
            }
            Authorities completed = Authorities.findOrMake(real, clock);
            completed.issuing().verify(completed.root().getPublicKey());
            assertThat(Authorities.findOrMake(real, clock).issuing())
                    .isEqualTo(completed.issuing());
        }
    }

    @Test
    void opensWithoutTheRootKeySoThatItCanBeMovedToASafe() throws Exception {
        Authorities made = Authorities.findOrMake(store, clock);
        Files.delete(directory.resolve("root.key.sealed"));
        assertThat(Authorities.findOrMake(store, clock).issuing()).isEqualTo(made.issuing());
    }

    @Test
    void refusesLostFilesInsteadOfMakingNewOnes() throws Exception {
        assertRefusedWithout("issuing.key.sealed", "issuing key");
        assertRefusedWithout("root.crt", "root certificate");
    }

    @Test
    void refusesALostRootKeyBeforeThereIsAnIssuingCertificate() throws Exception {
        Authorities.findOrMake(store, clock);
        Files.delete(directory.resolve("issuing.crt"));
        Files.delete(directory.resolve("root.key.sealed"));
        assertRefused("root key");
    }

    @Test
    void refusesAnIssuingKeyWhoseRootIsLost() throws Exception {
        Authorities.findOrMake(store, clock);
        Files.delete(directory.resolve("issuing.crt"));
        Files.delete(directory.resolve("root.crt"));
        assertRefused("root certificate");
    }

    @Test
    void refusesCertificatesOfAnotherAuthority() throws Exception {
        Authorities.findOrMake(store, clock);
        Path other = temporary.resolve("other");
        Authorities.findOrMake(new SealedFileKeyStore(other, sealingKey), clock);
        Files.copy(
                other.resolve("root.crt"),
                directory.resolve("root.crt"),
                StandardCopyOption.REPLACE_EXISTING);
        assertRefused("was not signed by the root certificate");
    }

    @Test
    void refusesAKeyOfAnotherAuthority() throws Exception {
        Authorities.findOrMake(store, clock);
        Path other = temporary.resolve("other");
        Authorities.findOrMake(new SealedFileKeyStore(other, sealingKey), clock);
        Files.copy(
                other.resolve("issuing.key.sealed"),
                directory.resolve("issuing.key.sealed"),
                StandardCopyOption.REPLACE_EXISTING);
        assertRefused("does not belong to the issuing certificate");
    }

    @Test
    void refusesToOpenWithAnotherSealingKey() throws Exception {
        Authorities.findOrMake(store, clock);
        store = new SealedFileKeyStore(directory, SealingKey.random());
        assertRefused("does not open with this sealing key");
    }

    @Test
    void refusesAClockOutsideTheLifeOfTheAuthority() throws Exception {
        Authorities.findOrMake(store, clock);
        clock.advance(Duration.ofDays(-2));
        assertRefused("is the clock right?");
        clock.advance(Duration.ofDays(3660));
        assertRefused("is the clock right?");
    }

    private void assertRefusedWithout(String file, String missing) throws Exception {
        Authorities.findOrMake(store, clock);
        byte[] kept = Files.readAllBytes(directory.resolve(file));
        Files.delete(directory.resolve(file));
        assertRefused(missing);
        Files.write(directory.resolve(file), kept);
    }

    /** Refused in one sentence that contains the text, with nothing changed on disk. */
    private void assertRefused(String text) throws IOException {
        Map<String, byte[]> before = contents();
        assertThatExceptionOfType(CaUnusable.class)
                .isThrownBy(() -> Authorities.findOrMake(store, clock))
                .withMessageContaining(text);
        assertThat(contents()).containsExactlyInAnyOrderEntriesOf(before);
    }

    private Map<String, byte[]> contents() throws IOException {
        Map<String, byte[]> contents = new TreeMap<>();
        try (var files = Files.list(directory)) {
            for (Path file : files.toList()) {
                contents.put(file.getFileName().toString(), Files.readAllBytes(file));
            }
        }
        return contents;
    }

    /** Stands for the process being killed. */
    private static final class KilledForTest extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /** A real store whose process dies instead of making one write too many. */
    private static final class KeyStoreThatDies implements CaKeyStore {
        private final CaKeyStore real;
        private int writesLeft;

        KeyStoreThatDies(CaKeyStore real, int writesLeft) {
            this.real = real;
            this.writesLeft = writesLeft;
        }

        @Override
        public Optional<CaKey> key(CaRole role) throws KeyStoreFailed {
            return real.key(role);
        }

        @Override
        public CaKey generate(CaRole role) throws KeyStoreFailed {
            countDown();
            return real.generate(role);
        }

        @Override
        public Optional<X509Certificate> certificate(CaRole role) throws KeyStoreFailed {
            return real.certificate(role);
        }

        @Override
        public void storeCertificate(CaRole role, X509Certificate certificate)
                throws KeyStoreFailed {
            countDown();
            real.storeCertificate(role, certificate);
        }

        private void countDown() {
            if (writesLeft == 0) {
                throw new KilledForTest();
            }
            writesLeft--;
        }
    }
}
