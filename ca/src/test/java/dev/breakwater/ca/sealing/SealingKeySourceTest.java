/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca.sealing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.breakwater.protocol.sealing.SealBroken;
import dev.breakwater.protocol.sealing.SealingKey;
import dev.breakwater.protocol.sealing.SecretText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The three sources: what one run sealed the next one opens, and everything wrong is one sentence.
 */
final class SealingKeySourceTest {

    private static final byte[] CONTEXT = "test".getBytes(UTF_8);

    @TempDir Path temporary;

    private Path data;
    private Path keyFile;

    @BeforeEach
    void makeDirectories() throws IOException {
        data = Files.createDirectory(temporary.resolve("data"));
        keyFile = temporary.resolve("secrets/sealing.key");
    }

    @Test
    void opensTheKeyFileItCreated() throws Exception {
        KeyFile source = new KeyFile(keyFile, data);
        assertSameKey(source.create(), source.open());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(keyFile)))
                .isEqualTo("rw-------");
        assertThat(keyFile).content().hasSize(45).endsWith("\n");
    }

    @Test
    void neverReplacesAKeyFile() throws Exception {
        KeyFile source = new KeyFile(keyFile, data);
        source.create();
        byte[] before = Files.readAllBytes(keyFile);
        assertUnavailable("exists and is not replaced", source::create);
        assertThat(Files.readAllBytes(keyFile)).isEqualTo(before);
    }

    @Test
    void refusesAMissingKeyFileAndMakesNothing() throws IOException {
        assertUnavailable("is not there", () -> new KeyFile(keyFile, data).open());
        assertThat(contents()).isEmpty();
    }

    @Test
    void refusesAKeyFileInTheDataDirectory() throws Exception {
        Path inside = data.resolve("sealing.key");
        assertUnavailable("lies in the data directory", () -> new KeyFile(inside, data).create());
        assertUnavailable(
                "lies in the data directory",
                () -> new KeyFile(data.resolve("../data/sealing.key"), data).create());
        assertThat(contents()).isEmpty();
    }

    @Test
    void refusesAKeyFileThatIsALinkIntoTheDataDirectory() throws Exception {
        Path target = data.resolve("hidden.key");
        Files.writeString(target, "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n");
        Path link = Files.createSymbolicLink(temporary.resolve("link.key"), target);
        assertUnavailable("lies in the data directory", () -> new KeyFile(link, data).open());
        Path folderLink = Files.createSymbolicLink(temporary.resolve("folder"), data);
        assertUnavailable(
                "lies in the data directory",
                () -> new KeyFile(folderLink.resolve("new.key"), data).create());
    }

    @Test
    void refusesAKeyFileOthersCanRead() throws Exception {
        KeyFile source = new KeyFile(keyFile, data);
        source.create();
        for (String mode : new String[] {"rw-r-----", "rw----r--", "rw--w----", "rwx------"}) {
            Files.setPosixFilePermissions(keyFile, PosixFilePermissions.fromString(mode));
            assertUnavailable("chmod 0600", source::open);
        }
        Files.setPosixFilePermissions(keyFile, PosixFilePermissions.fromString("r--------"));
        assertThat(source.open()).isNotNull();
    }

    @Test
    void refusesShortLongAndForeignContentWithoutQuotingIt() throws Exception {
        KeyFile source = new KeyFile(keyFile, data);
        source.create();
        for (String content :
                new String[] {
                    "",
                    "short",
                    "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0\n",
                    "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\nmore",
                    "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdH!!=\n",
                    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
                }) {
            Files.writeString(keyFile, content);
            assertThatExceptionOfType(SealingKeyUnavailable.class)
                    .isThrownBy(source::open)
                    .withMessageContaining("does not hold 32 random bytes")
                    .withNoCause()
                    .satisfies(
                            refused ->
                                    assertThat(content.isBlank())
                                            .isEqualTo(
                                                    refused.toString().contains(content.strip())));
        }
    }

    @Test
    void opensASystemdCredentialAndRefusesAMissingOne() throws Exception {
        Path credentials = Files.createDirectory(temporary.resolve("credentials"));
        Files.writeString(
                credentials.resolve("sealing"), "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");
        byte[] expected = new byte[32];
        for (int i = 0; i < 32; i++) {
            expected[i] = (byte) i;
        }
        assertSameKey(
                SealingKey.of(expected), new SystemdCredential(credentials, "sealing").open());
        assertUnavailable(
                "LoadCredentialEncrypted=", () -> new SystemdCredential(credentials, "no").open());
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new SystemdCredential(credentials, "../sealing"));
    }

    @Test
    void opensWithThePassphraseItWasCreatedWithAndNoOther() throws Exception {
        Passphrase source = passphrase("five random words are enough");
        SealingKey created = source.create();
        Map<String, byte[]> before = contents();
        assertSameKey(created, source.open());
        assertUnavailable(
                "the passphrase is wrong", () -> passphrase("five random words are enougH").open());
        assertUnavailable("exists and is not replaced", source::create);
        assertThat(contents()).containsExactlyInAnyOrderEntriesOf(before);
        assertThat(source.toString()).doesNotContain("random");
    }

    @Test
    void refusesAShortPassphraseAndAMissingHeader() throws IOException {
        assertUnavailable("take at least 16", () -> passphrase("fishtank").create());
        assertUnavailable("is not there", () -> passphrase("five random words").open());
        assertThat(contents()).isEmpty();
    }

    @Test
    void refusesAHeaderThatWasChangedInAnyByte() throws Exception {
        passphrase("five random words are enough").create();
        Path header = data.resolve(Passphrase.HEADER_FILE);
        byte[] good = Files.readAllBytes(header);
        // Magic, version, memory (most significant byte), iterations, lanes, salt, verifier; the
        // low
        // bytes of the cost would only make this test slow.
        for (int at : new int[] {0, 7, 8, 12, 16, 24, 40, good.length - 1}) {
            byte[] changed = good.clone();
            changed[at] ^= 0x40;
            Files.write(header, changed);
            assertThatExceptionOfType(SealingKeyUnavailable.class)
                    .as("byte %d", at)
                    .isThrownBy(() -> passphrase("five random words are enough").open());
        }
        Files.write(header, new byte[] {1, 2, 3});
        assertUnavailable(
                "is not a passphrase header", () -> passphrase("five random words").open());
    }

    private interface Action {
        void run() throws SealingKeyUnavailable;
    }

    private Passphrase passphrase(String text) {
        return new Passphrase(SecretText.of(text.toCharArray()), data);
    }

    private static void assertUnavailable(String text, Action action) {
        assertThatExceptionOfType(SealingKeyUnavailable.class)
                .isThrownBy(action::run)
                .withMessageContaining(text);
    }

    private static void assertSameKey(SealingKey one, SealingKey other) throws SealBroken {
        byte[] secret = "secret".getBytes(UTF_8);
        assertThat(other.open(one.seal(secret, CONTEXT), CONTEXT)).isEqualTo(secret);
    }

    private Map<String, byte[]> contents() throws IOException {
        Map<String, byte[]> contents = new TreeMap<>();
        try (var files = Files.list(data)) {
            for (Path file : files.toList()) {
                contents.put(file.getFileName().toString(), Files.readAllBytes(file));
            }
        }
        return contents;
    }
}
