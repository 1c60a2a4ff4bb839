/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.identity;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.breakwater.device.storage.DirectoryDisk;
import dev.breakwater.device.storage.SealedStorage;
import dev.breakwater.device.storage.WrappingKeyFile;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.protocol.attestation.Challenge;
import dev.breakwater.protocol.attestation.ChallengeAnswer;
import dev.breakwater.protocol.attestation.ChallengeRequest;
import dev.breakwater.protocol.attestation.Marshalled;
import dev.breakwater.testkit.pki.TestKeys;
import dev.breakwater.testkit.token.BareTpm;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A TPM, in software, says of a device's key that it was made inside it. */
@Timeout(120)
class TpmAttestationTest {

    private static final DeviceSerial SERIAL = new DeviceSerial("tank-1");

    /** Manufacturing takes longer than all else, and what a test leaves in it is nothing. */
    @TempDir static Path factory;

    private static Optional<BareTpm> made = Optional.empty();

    @TempDir Path directory;
    private BareTpm tpm;
    private SealedStorage storage;
    private DeviceKeys keys;

    @BeforeAll
    static void makeTpm() throws Exception {
        BareTpm.missing().ifPresent(reason -> abort(reason));
        made = Optional.of(BareTpm.make(Files.createDirectory(factory.resolve("one"))));
    }

    @AfterAll
    static void endTpm() {
        made.ifPresent(BareTpm::close);
    }

    @BeforeEach
    void openKeys() throws Exception {
        tpm = made.orElseThrow();
        storage =
                new SealedStorage(
                        DirectoryDisk.open(directory.resolve("data")),
                        WrappingKeyFile.openOrCreate(directory.resolve("wrapping.key")));
        keys = place(tpm).open(storage, SERIAL);
    }

    private static KeyPlace place(BareTpm tpm) {
        return new KeyPlace.Tpm(tpm.socket());
    }

    private static byte[] signature(DeviceKey key) throws Exception {
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(key.privateKey());
        signature.update("reef".getBytes(UTF_8));
        return signature.sign();
    }

    private static boolean verifies(DeviceKey key, byte[] signed) throws Exception {
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initVerify(key.publicKey());
        signature.update("reef".getBytes(UTF_8));
        return signature.verify(signed);
    }

    @Test
    void anIntroductionNamesTheManufacturersKey() throws Exception {
        ChallengeRequest request = keys.attester().orElseThrow().introduce().request();
        X509Certificate certificate =
                certificate(request.endorsementCertificate().orElseThrow().bytes());
        X509Certificate issuer = certificate(tpm.manufacturerIntermediate().getBytes(UTF_8));
        certificate.verify(issuer.getPublicKey());
        assertThat(request.intermediates()).isEmpty();
        ChallengeRequest another = keys.attester().orElseThrow().introduce().request();
        assertThat(another.endorsementPublic()).isEqualTo(request.endorsementPublic());
        assertThat(another.attestationPublic()).isNotEqualTo(request.attestationPublic());
    }

    /** The challenge is made by other people's program, tpm2-tools, which needs no TPM for it. */
    @Test
    void aChallengeForThisTpmIsAnsweredWithWhatItCertifies() throws Exception {
        DeviceKey key = keys.generate();
        Attester.Introduction introduction = keys.attester().orElseThrow().introduce();
        ChallengeRequest request = introduction.request();
        byte[] secret = new byte[32];
        Arrays.fill(secret, (byte) 7);
        Challenge challenge = challengeByTpm2Tools(request, secret);

        ChallengeAnswer answer = introduction.answer(challenge, key);

        assertThat(answer.id()).isEqualTo(challenge.id());
        assertThat(answer.activatedSecret().bytes()).isEqualTo(secret);
        byte[] statement = answer.certifyInfo().bytes();
        assertThat(HexFormat.of().formatHex(statement))
                .startsWith("ff544347" + "8017")
                .contains(HexFormat.of().formatHex(challenge.qualifyingData(Marshalled.of(secret))))
                .contains(HexFormat.of().formatHex(name(answer.devicePublic())));
        Signature verifier = Signature.getInstance("SHA256withECDSAinP1363Format");
        verifier.initVerify(p256(request.attestationPublic().bytes()));
        verifier.update(statement);
        assertThat(verifier.verify(plain(answer.signature().bytes()))).isTrue();
        assertThat(p256(answer.devicePublic().bytes())).isEqualTo(key.publicKey());
    }

    private Challenge challengeByTpm2Tools(ChallengeRequest request, byte[] secret)
            throws Exception {
        byte[] endorsement = request.endorsementPublic().bytes();
        Path keyFile = directory.resolve("endorsement");
        Files.write(
                keyFile,
                ByteBuffer.allocate(2 + endorsement.length)
                        .putShort((short) endorsement.length)
                        .put(endorsement)
                        .array());
        Path secretFile = Files.write(directory.resolve("secret"), secret);
        Path made = directory.resolve("made");
        Process maker =
                new ProcessBuilder(
                                "tpm2_makecredential",
                                "-T",
                                "none",
                                "-u",
                                keyFile.toString(),
                                "-s",
                                secretFile.toString(),
                                "-n",
                                HexFormat.of().formatHex(name(request.attestationPublic())),
                                "-o",
                                made.toString())
                        .redirectErrorStream(true)
                        .start();
        String said = new String(maker.getInputStream().readAllBytes(), UTF_8);
        assertThat(maker.waitFor()).as(said).isZero();
        // A magic number and a version, four bytes each, then both structures.
        ByteBuffer content = ByteBuffer.wrap(Files.readAllBytes(made)).position(8);
        return challenge(sized(content), sized(content));
    }

    /** A TPM2B with its length. */
    private static byte[] sized(ByteBuffer from) {
        byte[] structure = new byte[2 + from.getShort(from.position())];
        from.get(structure);
        return structure;
    }

    /** TPM 2.0 Part 1, section 16: the algorithm and the hash of the public area. */
    private static byte[] name(Marshalled publicArea) throws Exception {
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(publicArea.bytes());
        return ByteBuffer.allocate(34).putShort((short) 0x000B).put(hash).array();
    }

    /** The public area of a P-256 key ends with its coordinates. */
    private static PublicKey p256(byte[] publicArea) throws Exception {
        int end = publicArea.length;
        ECPublicKey any = (ECPublicKey) TestKeys.p256().getPublic();
        return KeyFactory.getInstance("EC")
                .generatePublic(
                        new ECPublicKeySpec(
                                new ECPoint(
                                        new BigInteger(
                                                1,
                                                Arrays.copyOfRange(publicArea, end - 66, end - 34)),
                                        new BigInteger(
                                                1, Arrays.copyOfRange(publicArea, end - 32, end))),
                                any.getParams()));
    }

    /** r and s of 32 bytes each, of a TPMT_SIGNATURE. */
    private static byte[] plain(byte[] signature) {
        ByteBuffer in = ByteBuffer.wrap(signature).position(4);
        byte[] both = new byte[64];
        for (int half = 0; half < 2; half++) {
            int length = in.getShort();
            in.get(both, 32 * half + 32 - length, length);
        }
        return both;
    }

    @Test
    void aChallengeThatIsNotForThisTpmIsRefused() throws Exception {
        DeviceKey key = keys.generate();
        Attester.Introduction introduction = keys.attester().orElseThrow().introduce();
        byte[] credential = new byte[2 + 2 + 32 + 34];
        credential[1] = 2 + 32 + 34;
        credential[3] = 32;
        byte[] secret = new byte[2 + 256];
        secret[0] = 1;
        assertThatThrownBy(() -> introduction.answer(challenge(credential, secret), key))
                .isInstanceOf(KeyUnavailable.class)
                .hasMessageContaining("TPM2_ActivateCredential");
        assertThatThrownBy(() -> introduction.answer(challenge(new byte[] {0, 9, 1}, secret), key))
                .isInstanceOf(KeyUnavailable.class);
        assertThat(verifies(key, signature(key))).isTrue();
    }

    @Test
    void aKeyOutsideTheTpmIsNotAttested() throws Exception {
        KeyPair software = TestKeys.p256();
        DeviceKey key = new DeviceKey("key-1", software.getPublic(), software.getPrivate());
        assertThatThrownBy(
                        () ->
                                keys.attester()
                                        .orElseThrow()
                                        .introduce()
                                        .answer(challenge(new byte[1], new byte[1]), key))
                .isInstanceOf(KeyUnavailable.class)
                .hasMessageContaining("is not in the TPM");
        assertThat(new SealedFileKeys(storage).attester()).isEmpty();
    }

    private static Challenge challenge(byte[] credential, byte[] secret) {
        return new Challenge(
                UUID.randomUUID(),
                Marshalled.of(credential),
                Marshalled.of(secret),
                Marshalled.of(new byte[32]),
                Instant.parse("2026-11-27T10:00:00Z"));
    }

    private static X509Certificate certificate(byte[] encoded) throws Exception {
        return (X509Certificate)
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(encoded));
    }
}
