/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.breakwater.cli.CommandRun;
import dev.breakwater.cli.release.signing.PublicKeyFile;
import dev.breakwater.protocol.update.metadata.MetadataReader;
import dev.breakwater.protocol.update.metadata.MetadataWriter;
import dev.breakwater.protocol.update.metadata.RoleKeys;
import dev.breakwater.protocol.update.metadata.Targets;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys in files, without a server; openssl reads what is written and writes what is read. */
class KeysCommandTest {

    private static final String PASSPHRASE = "coral lagoon märz tide";

    @TempDir private Path directory;

    @Test
    void makesASealedKeyThatOpensslReads() throws Exception {
        assumeOpenssl();
        Path secret = secret("passphrase.txt", PASSPHRASE);
        CommandRun made = newKey("alice.pem", secret);
        assertThat(made.exitCode()).as("%s", made).isZero();
        assertThat(made.err()).contains("next: breakwater release keys rotate");
        Path key = directory.resolve("alice.pem");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
                .isEqualTo("rw-------");
        assertThat(key).content().contains("BEGIN ENCRYPTED PRIVATE KEY", "Key id: ");
        assertThat(openssl("pkey", "-in", key.toString(), "-passin", "file:" + secret, "-pubout"))
                .isEqualTo(Files.readString(directory.resolve("alice.pub.pem")));
        assertThat(openssl("asn1parse", "-in", key.toString()))
                .contains("PBES2", "PBKDF2", "hmacWithSHA256", "aes-256-cbc", ":0927C0");
    }

    @Test
    void signsWithAKeyThatOpensslMade() throws Exception {
        assumeOpenssl();
        Path clear = directory.resolve("clear.pem");
        Path sealed = directory.resolve("bob.pem");
        Path secret = secret("passphrase.txt", PASSPHRASE);
        var _ =
                openssl(
                        "genpkey",
                        "-algorithm",
                        "EC",
                        "-pkeyopt",
                        "ec_paramgen_curve:P-256",
                        "-out",
                        clear.toString());
        var _ =
                openssl(
                        "pkcs8",
                        "-topk8",
                        "-v2",
                        "aes-256-cbc",
                        "-iter",
                        "600000",
                        "-in",
                        clear.toString(),
                        "-out",
                        sealed.toString(),
                        "-passout",
                        "file:" + secret);
        own(sealed);
        Path publicFile = directory.resolve("bob.pub.pem");
        CommandRun shown =
                run(
                        "keys",
                        "show",
                        sealed.toString(),
                        "--public",
                        publicFile.toString(),
                        "--passphrase-file",
                        secret.toString());
        assertThat(shown.exitCode()).as("%s", shown).isZero();
        assertThat(shown.out()).contains("ecdsa-sha2-nistp256");
        Path file = unsigned();
        CommandRun signed =
                run(
                        "keys",
                        "sign",
                        file.toString(),
                        "--key",
                        sealed.toString(),
                        "--passphrase-file",
                        secret.toString());
        assertThat(signed.exitCode()).as("%s", signed).isZero();
        RoleKeys keys = new RoleKeys(List.of(PublicKeyFile.read(publicFile)), 1);
        Targets targets = MetadataReader.targets(Files.readAllBytes(file)).verifiedBy(keys);
        assertThat(targets.version()).isEqualTo(7);
    }

    @Test
    void asksForAPassphraseTwiceAndRefusesAShortOneAndTwoThatDiffer() {
        String key = directory.resolve("carol.pem").toString();
        String publicFile = directory.resolve("carol.pub.pem").toString();
        List<String> asked = new ArrayList<>();
        CommandRun differ =
                CommandRun.answering(
                        directory,
                        asked,
                        PASSPHRASE + "\n" + PASSPHRASE + "x\n",
                        "release",
                        "keys",
                        "new",
                        key,
                        "--public",
                        publicFile);
        assertThat(differ.exitCode()).isEqualTo(2);
        assertThat(differ.err()).contains("the two differ");
        assertThat(asked).hasSize(2);
        CommandRun tooShort =
                CommandRun.answering(
                        directory,
                        asked,
                        "short\nshort\n",
                        "release",
                        "keys",
                        "new",
                        key,
                        "--public",
                        publicFile);
        assertThat(tooShort.exitCode()).isEqualTo(2);
        assertThat(tooShort.err()).contains("at least 16 characters");
        assertThat(Path.of(key)).doesNotExist();
        assertThat(Path.of(publicFile)).doesNotExist();
    }

    @Test
    void replacesNoKey() throws Exception {
        Path secret = secret("passphrase.txt", PASSPHRASE);
        assertThat(newKey("dave.pem", secret).exitCode()).isZero();
        String before = Files.readString(directory.resolve("dave.pem"));
        Files.delete(directory.resolve("dave.pub.pem"));
        CommandRun again = newKey("dave.pem", secret);
        assertThat(again.exitCode()).isEqualTo(3);
        assertThat(again.err()).contains("is there already and is not replaced");
        assertThat(directory.resolve("dave.pem")).hasContent(before);
    }

    @Test
    void refusesWrongPassphrasesWeakSealsUnsealedKeysAndOpenFiles() throws Exception {
        assumeOpenssl();
        Path secret = secret("passphrase.txt", PASSPHRASE);
        Path wrong = secret("wrong.txt", "not the passphrase");
        assertThat(newKey("erin.pem", secret).exitCode()).isZero();
        Path key = directory.resolve("erin.pem");
        assertRefused(show(key, wrong), 1, "the passphrase is wrong, or the file was changed");
        Path clear = directory.resolve("clear.pem");
        var _ = openssl("genpkey", "-algorithm", "ED25519", "-out", clear.toString());
        own(clear);
        assertRefused(
                show(clear, secret), 2, "is not sealed with a passphrase; seal it with: openssl");
        Path weak = directory.resolve("weak.pem");
        var _ =
                openssl(
                        "pkcs8",
                        "-topk8",
                        "-v2",
                        "aes-256-cbc",
                        "-in",
                        clear.toString(),
                        "-out",
                        weak.toString(),
                        "-passout",
                        "file:" + secret);
        own(weak);
        assertRefused(show(weak, secret), 1, "its passphrase is soon guessed: 2,048 iterations");
        Path rsa = directory.resolve("rsa.pem");
        var _ = openssl("genpkey", "-algorithm", "RSA", "-out", clear.toString());
        var _ =
                openssl(
                        "pkcs8",
                        "-topk8",
                        "-v2",
                        "aes-256-cbc",
                        "-iter",
                        "600000",
                        "-in",
                        clear.toString(),
                        "-out",
                        rsa.toString(),
                        "-passout",
                        "file:" + secret);
        own(rsa);
        assertRefused(show(rsa, secret), 1, "no key of Ed25519 or ECDSA on P-256");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
        assertRefused(show(key, secret), 3, "can be read by others; run: chmod 0600");
        own(key);
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-r--r--"));
        assertRefused(show(key, secret), 3, "can be read by others; run: chmod 0600");
    }

    @Test
    void refusesToSignWhatIsNoMetadataAndWithOneKeyTwice() throws Exception {
        Path secret = secret("passphrase.txt", PASSPHRASE);
        assertThat(newKey("frank.pem", secret).exitCode()).isZero();
        String key = directory.resolve("frank.pem").toString();
        Path other = Files.writeString(directory.resolve("other.json"), "{\"a\":1}");
        CommandRun refused =
                run(
                        "keys",
                        "sign",
                        other.toString(),
                        "--key",
                        key,
                        "--passphrase-file",
                        secret.toString());
        assertRefused(refused, 2, "neither a root nor a file of targets");
        assertThat(other).hasContent("{\"a\":1}");
        CommandRun twice =
                run(
                        "keys",
                        "sign",
                        unsigned().toString(),
                        "--key",
                        key,
                        "--key",
                        key,
                        "--passphrase-file",
                        secret.toString());
        assertRefused(twice, 2, "it signs once");
    }

    @Test
    void refusesNamesOfTokensThatSayTooMuchOrTooLittle() {
        assertRefused(
                run("keys", "show", "pkcs11:token=a;object=b?module-path=/x.so&pin-value=1234"),
                2,
                "can be read by everybody");
        assertRefused(
                run("keys", "show", "pkcs11:token=a;object=b?module-path=/x.so&slot-id=1"),
                2,
                "'slot-id' is not known");
        assertRefused(run("keys", "show", "pkcs11:token=a?module-path=/x.so"), 2, "object must be");
        assertRefused(run("keys", "show", "pkcs11:token=a;object=b"), 2, "module-path must be");
        assertRefused(
                run("keys", "show", "pkcs11:token=a;object=b?module-path=/nonexistent/x.so"),
                3,
                "there is no PKCS#11 module /nonexistent/x.so");
    }

    private Path unsigned() throws Exception {
        Targets targets =
                new Targets(7, Instant.parse("2030-01-01T00:00:00Z"), Map.of(), List.of());
        Path file = directory.resolve("7.targets.json");
        Files.deleteIfExists(file);
        return Files.write(file, MetadataWriter.sign(targets, List.of()));
    }

    private CommandRun newKey(String name, Path secret) {
        return run(
                "keys",
                "new",
                directory.resolve(name).toString(),
                "--public",
                directory.resolve(name.replace(".pem", ".pub.pem")).toString(),
                "--passphrase-file",
                secret.toString());
    }

    private CommandRun show(Path key, Path secret) {
        return run("keys", "show", key.toString(), "--passphrase-file", secret.toString());
    }

    private CommandRun run(String... words) {
        List<String> all = new ArrayList<>(List.of("release"));
        all.addAll(List.of(words));
        return CommandRun.of(directory, all.toArray(String[]::new));
    }

    private static void assertRefused(CommandRun run, int exitCode, String why) {
        assertThat(run.exitCode()).as("%s", run).isEqualTo(exitCode);
        assertThat(run.err()).contains(why).doesNotContain(PASSPHRASE);
        assertThat(run.out()).isEmpty();
    }

    private Path secret(String name, String text) throws IOException {
        Path file = Files.writeString(directory.resolve(name), text + "\n");
        own(file);
        return file;
    }

    private static void own(Path file) throws IOException {
        var _ = Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private static void assumeOpenssl() {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/openssl")), "needs Debian package openssl");
    }

    private static String openssl(String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of("/usr/bin/openssl"));
        command.addAll(List.of(words));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
