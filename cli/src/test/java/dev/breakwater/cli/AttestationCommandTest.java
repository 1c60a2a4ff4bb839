/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli;

import static dev.breakwater.cli.Reef.json;
import static dev.breakwater.cli.Reef.ok;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.cli.client.Fingerprint;
import dev.breakwater.cli.demo.AuthenticatorApp;
import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.identity.AttestedKey;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.store.SqlAuditLog;
import dev.breakwater.server.store.SqlCredentialStore;
import dev.breakwater.testkit.pki.TestIdentity;
import dev.breakwater.testkit.pki.TestKeys;
import dev.breakwater.testkit.pki.TestPki;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whose word counts that a key is in a TPM, at the command line and against the real API. */
@Tag("system")
@Timeout(120)
class AttestationCommandTest {

    private static final String ANN = "ann@reef.example";
    private static final Duration ELEVEN_MINUTES = Duration.ofMinutes(11);

    @TempDir private Path data;
    @TempDir private Path computers;
    @TempDir private Path files;
    private Reef reef;
    private TestPki maker;

    @BeforeEach
    void start() throws Exception {
        reef = new Reef(data, computers);
        maker = TestPki.named("Maker of TPMs", reef.api.clock());
    }

    @AfterEach
    void stop() {
        reef.close();
    }

    @Test
    void believesListsAndDisbelievesAMakerOfTpms() throws Exception {
        String root = Fingerprint.of(maker.root()).hex();
        CommandRun added =
                reef.maker(
                        "attestation",
                        "authority",
                        "add",
                        file("root.pem", pem(maker.root())),
                        "--note",
                        "board of 2027");
        assertThat(added.out()).contains("Maker of TPMs", "board of 2027", root, "NOT AFTER");
        assertThat(added.err()).contains("next: breakwater attestation authority remove " + root);
        assertThat(reef.maker("attestation", "authority", "list").out())
                .contains("SUBJECT", "board of 2027", root);
        CommandRun twice = run("attestation", "authority", "add", file("root.pem"));
        assertThat(twice.exitCode()).isEqualTo(1);
        assertThat(twice.err()).contains("lists this authority already").hasLineCount(1);
        // As openssl prints it.
        String colons = root.toUpperCase(Locale.ROOT).replaceAll("(..)(?!$)", "$1:");
        CommandRun removed = reef.maker("attestation", "authority", "remove", colons);
        assertThat(removed.err()).contains("Its TPMs are believed no more.");
        assertThat(reef.maker("attestation", "authority", "list").lines()).hasSize(1);
        CommandRun gone = run("attestation", "authority", "remove", root);
        assertThat(gone.exitCode()).isEqualTo(1);
        assertThat(gone.err())
                .contains("there is no authority " + root, "breakwater attestation authority list")
                .hasLineCount(1);
        assertThat(reef.maker("audit", "list").out())
                .contains("endorsement-authority.entered", "endorsement-authority.removed");
    }

    @Test
    void takesARootInDerAndWithWordsAroundIt() throws Exception {
        reef.maker("attestation", "authority", "add", file("root.der", maker.root().getEncoded()));
        X509Certificate other = TestPki.named("Other", reef.api.clock()).root();
        String explained = "subject: Other - the root\n" + pem(other) + "\n# the end\n";
        reef.maker("attestation", "authority", "add", file("explained.pem", explained));
        assertThat(json(reef.maker("attestation", "authority", "list", "-o", "json")).at("/items"))
                .extracting(item -> item.path("id").asString())
                .containsExactlyInAnyOrder(
                        Fingerprint.of(maker.root()).hex(), Fingerprint.of(other).hex());
    }

    @Test
    void refusesAFileThatIsNotOneCertificate() throws Exception {
        String root = pem(maker.root());
        refusesAuthority("/no/file", 3, "cannot be read");
        refusesAuthority(file("words.txt", "no certificate"), 2, "no certificate that can be read");
        refusesAuthority(file("empty.pem", ""), 2, "no certificate that can be read");
        refusesAuthority(file("half.pem", root.substring(0, 200)), 2, "no whole certificate");
        refusesAuthority(file("two.pem", root + root), 2, "holds 2 of them, where one certificate");
        byte[] der = maker.root().getEncoded();
        byte[] twice = Arrays.copyOf(der, der.length * 2);
        System.arraycopy(der, 0, twice, der.length, der.length);
        refusesAuthority(file("two.der", twice), 2, "more than one certificate");
        String publicKey = TestKeys.pem("PUBLIC KEY", maker.root().getPublicKey().getEncoded());
        refusesAuthority(file("key.pem", publicKey), 2, "called PUBLIC KEY");
        refusesAuthority(file("large.pem", " ".repeat(262_145)), 2, "larger than 256 KiB");
        refusesAuthority(
                file("odd.pem", "-----BEGIN CERTIFICATE-----\n*\n-----END CERTIFICATE-----\n"),
                2,
                "no base64");
        // What is a certificate, but no root, is the server's to refuse.
        refusesAuthority(file("issuing.pem", pem(maker.issuing())), 1, "not a root");
        refusesAuthority(
                file("leaf.pem", pem(endorsement().leaf())), 1, "not that of an authority");
    }

    /** An operator who mixes up two files must not hand a maker's or a TPM's secret to anybody. */
    @Test
    void refusesPrivateKeysBesideACertificateOrAlone() throws Exception {
        byte[] secret = TestKeys.p256().getPrivate().getEncoded();
        String root = pem(maker.root());
        for (String label :
                new String[] {"PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "EC PRIVATE KEY"}) {
            String file = file("key.pem", root + TestKeys.pem(label, secret));
            refusesAuthority(file, 2, "holds a private key: nothing of it was sent");
            refusesKey(2, "holds a private key", "--certificate", file);
            refusesKey(2, "holds a private key", "--public", file);
        }
        refusesAuthority(file("key.der", secret), 2, "holds a private key");
        refusesAuthority(
                file("rsa.der", TestKeys.rsa(2048).getPrivate().getEncoded()),
                2,
                "holds a private key");
        refusesAuthority(
                file("cut.pem", root + "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED"),
                2,
                "holds a private key");
    }

    @Test
    void believesASingleTpmByItsKeyHoweverItIsGiven() throws Exception {
        TestIdentity endorsement = endorsement();
        PublicKey rsa = TestKeys.rsa(2048).getPublic();
        String first = sha256(endorsement.leaf().getPublicKey());
        String second = sha256(rsa);
        CommandRun added =
                reef.maker(
                        "attestation",
                        "key",
                        "add",
                        "--certificate",
                        file("ek.der", endorsement.leaf().getEncoded()),
                        "--note",
                        "board 17");
        assertThat(added.out()).contains(first, "board 17", "ADDED BY");
        assertThat(added.err()).contains("next: breakwater attestation key remove " + first);
        String pem = file("ek.pem", TestKeys.pem("PUBLIC KEY", rsa.getEncoded()));
        CommandRun asJson = reef.maker("attestation", "key", "add", "--public", pem, "-o", "json");
        assertThat(json(asJson).path("id").asString()).isEqualTo(second);
        refusesKey(1, "lists this key already", "--public", file("ek.spki", rsa.getEncoded()));
        refusesKey(1, "lists this key already", "sha256:" + first);
        assertThat(reef.maker("attestation", "key", "list").lines()).hasSize(3);
        reef.maker("attestation", "key", "remove", first);
        assertThat(reef.maker("attestation", "key", "list").out())
                .contains(second)
                .doesNotContain(first);
        assertThat(run("attestation", "key", "remove", first).err())
                .contains("there is no key " + first, "breakwater attestation key list");
        reef.maker("attestation", "key", "add", first);
        assertThat(reef.maker("audit", "list").out())
                .contains("endorsement-key.entered", "endorsement-key.removed");
    }

    @Test
    void refusesAKeyThatCouldNeverMatch() throws Exception {
        String root = file("root.pem", pem(maker.root()));
        refusesKey(2, "breakwater attestation authority add", "--certificate", root);
        refusesKey(2, "called CERTIFICATE", "--public", root);
        for (KeyPair odd : new KeyPair[] {TestKeys.ec("secp384r1"), TestKeys.rsa(1024)}) {
            String pem = TestKeys.pem("PUBLIC KEY", odd.getPublic().getEncoded());
            refusesKey(2, "RSA of 2048 or 3072 bits, or P-256", "--public", file("odd.pem", pem));
        }
        byte[] ed25519 = TestKeys.ed25519().getPublic().getEncoded();
        refusesKey(2, "no SubjectPublicKeyInfo", "--public", file("ed25519.der", ed25519));
        refusesKey(2, "'9b87' is no SHA-256", "9b87");
        refusesKey(2, "say which key");
        refusesKey(2, "say which key", "0".repeat(64), "--certificate", root);
        assertThat(run("attestation", "key", "remove", "board 17").exitCode()).isEqualTo(2);
        assertThat(reef.maker("attestation", "key", "list").lines()).hasSize(1);
    }

    @Test
    void wantsASecondFactorShownAShortWhileAgo() throws Exception {
        String sha256 = "ab".repeat(32);
        reef.join(ANN, "administrator");
        reef.maker("member", "role", ANN, "owner");
        reef.logIn(ANN);
        AuthenticatorApp app = reef.app(ANN);
        reef.api.clock().advance(ELEVEN_MINUTES);
        CommandRun late = CommandRun.of(reef.computer(ANN), "attestation", "key", "add", sha256);
        assertThat(late.exitCode()).isEqualTo(1);
        assertThat(late.err()).contains("second factor is needed", "--code").hasLineCount(1);
        ok(
                CommandRun.of(
                        reef.computer(ANN),
                        "attestation",
                        "key",
                        "add",
                        sha256,
                        "--code",
                        app.next()));
        reef.api.clock().advance(ELEVEN_MINUTES);
        CommandRun remove =
                CommandRun.of(reef.computer(ANN), "attestation", "key", "remove", sha256);
        assertThat(remove.exitCode()).isEqualTo(1);
        assertThat(remove.err()).contains("second factor is needed");
        assertThat(reef.maker("attestation", "key", "list").lines()).hasSize(2);
    }

    @Test
    void refusesWhoeverMayNotChangeTheOrganization() throws Exception {
        reef.join(ANN, "operator");
        reef.logIn(ANN);
        CommandRun refused =
                CommandRun.of(reef.computer(ANN), "attestation", "key", "add", "ab".repeat(32));
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.err()).contains("organization:write").hasLineCount(1);
    }

    @Test
    void showsWhichCertificatesOfADeviceAreAttested() {
        DeviceId tank = reef.device("tank-1");
        CommandRun before = reef.maker("device", "certificates", "tank-1");
        assertThat(before.out()).contains("ASSURANCE", "software-key", "ATTESTED");
        attest(tank);
        CommandRun after = reef.maker("device", "certificates", "tank-1");
        assertThat(after.lines().getLast())
                .contains(" attested ")
                .contains(reef.api.clock().instant().toString().substring(0, 19));
    }

    private void refusesAuthority(String file, int exitCode, String why) {
        CommandRun refused = run("attestation", "authority", "add", file);
        assertThat(refused.exitCode()).as("%s", refused).isEqualTo(exitCode);
        assertThat(refused.err()).contains(why).hasLineCount(1);
        assertThat(reef.maker("attestation", "authority", "list").lines()).hasSize(1);
    }

    private void refusesKey(int exitCode, String why, String... words) {
        String[] all = Arrays.copyOf(new String[] {"attestation", "key", "add"}, 3 + words.length);
        System.arraycopy(words, 0, all, 3, words.length);
        CommandRun refused = run(all);
        assertThat(refused.exitCode()).as("%s", refused).isEqualTo(exitCode);
        assertThat(refused.err()).contains(why).hasLineCount(1);
    }

    /** What comes of a TPM's proof. */
    private void attest(DeviceId device) {
        OrganizationId organization =
                OrganizationId.parse(
                        json(reef.maker("organization", "show", "-o", "json"))
                                .path("id")
                                .asString());
        SqlCredentialStore credentials =
                new SqlCredentialStore(
                        reef.api.database, new SqlAuditLog(reef.api.database, reef.api.clock()));
        assertThat(
                        credentials.attest(
                                organization,
                                credentials.ofDevice(organization, device).getFirst(),
                                "ab".repeat(32),
                                reef.api.clock().instant(),
                                AuditEvent.of(
                                        organization,
                                        new Actor.ProvenDevice(device),
                                        AuditAction.CREDENTIAL_ATTESTED,
                                        "device:" + device,
                                        Map.of())))
                .isEqualTo(AttestedKey.Recording.ATTESTED);
        credentials.close();
    }

    /** A certificate that is none of an authority. */
    private TestIdentity endorsement() {
        return maker.device(DeviceId.fresh(), new DeviceSerial("ek"));
    }

    private static String sha256(PublicKey key) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(key.getEncoded()));
    }

    private static String pem(X509Certificate certificate) throws Exception {
        return TestKeys.pem("CERTIFICATE", certificate.getEncoded());
    }

    private String file(String name) {
        return files.resolve(name).toString();
    }

    private String file(String name, String text) throws Exception {
        return file(name, text.getBytes(StandardCharsets.US_ASCII));
    }

    private String file(String name, byte[] content) throws Exception {
        return Files.write(files.resolve(name), content).toString();
    }

    private CommandRun run(String... words) {
        return CommandRun.of(reef.computer("maker"), words);
    }
}
