/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.breakwater.device.AgentState;
import dev.breakwater.device.Provisioning;
import dev.breakwater.device.attestation.AttestationClient;
import dev.breakwater.device.attestation.AttestationOutcome;
import dev.breakwater.device.identity.Attester;
import dev.breakwater.device.identity.Credential;
import dev.breakwater.device.identity.DeviceKey;
import dev.breakwater.device.identity.KeyPlace;
import dev.breakwater.device.identity.ServerTrust;
import dev.breakwater.device.tpm.Certification;
import dev.breakwater.device.tpm.Endorsement;
import dev.breakwater.device.tpm.Tpm;
import dev.breakwater.device.tpm.TpmFailure;
import dev.breakwater.device.tpm.WrappedKey;
import dev.breakwater.protocol.attestation.Challenge;
import dev.breakwater.protocol.attestation.ChallengeAnswer;
import dev.breakwater.protocol.attestation.ChallengeRequest;
import dev.breakwater.protocol.attestation.Marshalled;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.testkit.pki.TestKeys;
import dev.breakwater.testkit.token.BareTpm;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A device whose key is a file, though its maker's word is that it is in hardware, and which has
 * the use of a genuine TPM that its organization believes: all but the key itself is there.
 */
@Tag("system")
@Timeout(120)
final class ForgedAttestationTest {

    /** Of TPM 2.0 names: the algorithm, then a SHA-256 (Part 1, section 16). */
    private static final int NAME_BYTES = 34;

    private static final int EC_BYTES = 32;

    /** Manufacturing takes longer than all else, and what a test leaves in it is nothing. */
    @TempDir static Path factory;

    private static Optional<BareTpm> made = Optional.empty();

    @TempDir Path directory;
    private Tpm tpm;
    private AttestingServer server;
    private Credential credential;
    private ServerTrust trust;

    @BeforeAll
    static void makeTpm() throws Exception {
        BareTpm.missing().ifPresent(reason -> abort(reason));
        made = Optional.of(BareTpm.make(Files.createDirectory(factory.resolve("tpm"))));
    }

    @AfterAll
    static void endTpm() {
        made.ifPresent(BareTpm::close);
    }

    @BeforeEach
    void enroll() throws Exception {
        tpm = Tpm.at(made.orElseThrow().socket());
        server = new AttestingServer(directory);
        server.believe(tpm);
        try (AttestingTank tank =
                AttestingTank.startNew(
                        server, directory.resolve("tank"), new KeyPlace.SealedFile())) {
            tank.await(AgentState.Refused.class);
            credential = tank.credential();
            trust = tank.trust();
        }
    }

    @AfterEach
    void close() {
        server.close();
    }

    /** The public area is that of a TPM's own key, but for the key. */
    @Test
    void aKeyInAFileIsNotWhatTheTpmCertified() throws Exception {
        refused(new Forger(), RefusalReason.ATTESTATION_STATEMENT_OTHER_KEY);
    }

    @Test
    void aKeyInTheTpmIsNotTheConnections() throws Exception {
        Forger forger =
                new Forger() {
                    @Override
                    Marshalled devicePublic() {
                        return inTpm.publicArea();
                    }
                };
        refused(forger, RefusalReason.ATTESTATION_DEVICE_KEY_OTHER);
    }

    /** The name of the key in the file is put where the TPM put that of its own. */
    @Test
    void aRewrittenStatementIsNotSigned() throws Exception {
        Forger forger =
                new Forger() {
                    @Override
                    Marshalled statement(Certification certification) {
                        byte[] statement = certification.certifyInfo().bytes();
                        byte[] name = name(inTpm.publicArea());
                        int at = indexOf(name, statement);
                        System.arraycopy(name(devicePublic()), 0, statement, at, NAME_BYTES);
                        return Marshalled.of(statement);
                    }
                };
        refused(forger, RefusalReason.ATTESTATION_SIGNATURE_FORGED);
    }

    /** With an attestation key that would sign anything, the challenge cannot be opened. */
    @Test
    void anAttestationKeyInNoTpmOpensNoChallenge() throws Exception {
        Forger forger =
                new Forger() {
                    @Override
                    Marshalled attestationPublic(WrappedKey genuine) {
                        return with(TestKeys.p256().getPublic(), genuine.publicArea());
                    }
                };
        refused(forger, RefusalReason.ATTESTATION_SECRET_WRONG);
        assertThat(forger.tpmRefused).isTrue();
    }

    /** The genuine TPM's certificate is shown for a key by which anything could be opened. */
    @Test
    void anEndorsementKeyInNoTpmIsNotTheCertificates() throws Exception {
        Forger forger =
                new Forger() {
                    @Override
                    Marshalled endorsementPublic(Endorsement genuine) {
                        return withModulus(
                                (RSAPublicKey) TestKeys.rsa(2048).getPublic(),
                                genuine.publicArea());
                    }
                };
        refused(forger, RefusalReason.ATTESTATION_ENDORSEMENT_OTHER_KEY);
    }

    private void refused(Forger forger, RefusalReason reason) throws Exception {
        String device = credential.deviceId().toString();
        Provisioning told = server.provisioning(new KeyPlace.SealedFile());

        AttestationOutcome outcome =
                new AttestationClient(told.host(), told.enrollmentPort(), server.clock())
                        .attest(forger, trust, credential);

        assertThat(outcome).isEqualTo(new AttestationOutcome.Refused(403));
        // It is refused on the channel as well, in the same moment by the clock that stands.
        assertThat(server.administrator().refusals())
                .filteredOn(code -> code.startsWith("attestation-"))
                .containsExactly(reason.code());
        assertThat(server.administrator().actions(device)).doesNotContain("credential.attested");
        assertThat(server.assurances()).containsExactly("hardware-key");
    }

    /** Claims for the key in the file what the TPM does for one of its own. */
    private class Forger implements Attester {

        /** A key that the TPM has made and will certify. */
        final WrappedKey inTpm;

        private boolean tpmRefused;

        Forger() throws TpmFailure, InterruptedException {
            this.inTpm = tpm.createKey();
        }

        Marshalled endorsementPublic(Endorsement genuine) {
            return genuine.publicArea();
        }

        Marshalled attestationPublic(WrappedKey genuine) {
            return genuine.publicArea();
        }

        Marshalled devicePublic() {
            return with(credential.key().publicKey(), inTpm.publicArea());
        }

        Marshalled statement(Certification certification) {
            return certification.certifyInfo();
        }

        @Override
        public Introduction introduce() throws IOException {
            try {
                return new Forged(tpm.endorsement(), tpm.createAttestationKey());
            } catch (TpmFailure | InterruptedException failed) {
                throw new IOException("the forger's TPM failed", failed);
            }
        }

        private final class Forged implements Introduction {

            private final Endorsement endorsement;
            private final WrappedKey attestation;

            Forged(Endorsement endorsement, WrappedKey attestation) {
                this.endorsement = endorsement;
                this.attestation = attestation;
            }

            @Override
            public ChallengeRequest request() {
                return new ChallengeRequest(
                        endorsement.certificate(),
                        endorsement.intermediates(),
                        endorsementPublic(endorsement),
                        attestationPublic(attestation));
            }

            @Override
            public ChallengeAnswer answer(Challenge challenge, DeviceKey key) {
                Certification certification = certification(challenge);
                return new ChallengeAnswer(
                        challenge.id(),
                        certification.secret(),
                        devicePublic(),
                        statement(certification),
                        certification.signature());
            }

            /** The TPM's, or a guess if it does not open the challenge. */
            private Certification certification(Challenge challenge) {
                try {
                    return tpm.certify(endorsement.kind(), attestation, inTpm, challenge);
                } catch (TpmFailure refused) {
                    tpmRefused = true;
                    Marshalled guess = Marshalled.of(new byte[EC_BYTES]);
                    return new Certification(guess, guess, guess);
                } catch (InterruptedException stopped) {
                    throw new AssertionError("nobody ends a forger", stopped);
                }
            }
        }
    }

    /** A P-256 key's public area with another key: it ends with both coordinates and lengths. */
    private static Marshalled with(PublicKey key, Marshalled area) {
        byte[] bytes = area.bytes();
        var point = ((ECPublicKey) key).getW();
        put(point.getAffineX(), EC_BYTES, bytes, bytes.length - 2 * EC_BYTES - 2);
        put(point.getAffineY(), EC_BYTES, bytes, bytes.length - EC_BYTES);
        return Marshalled.of(bytes);
    }

    /** An RSA key's public area with another modulus, with which it ends. */
    private static Marshalled withModulus(RSAPublicKey key, Marshalled area) {
        byte[] bytes = area.bytes();
        int length = key.getModulus().bitLength() / 8;
        put(key.getModulus(), length, bytes, bytes.length - length);
        return Marshalled.of(bytes);
    }

    private static void put(BigInteger number, int length, byte[] into, int at) {
        byte[] digits = number.toByteArray();
        for (int i = 0; i < length; i++) {
            int from = digits.length - length + i;
            into[at + i] = from < 0 ? 0 : digits[from];
        }
    }

    private static byte[] name(Marshalled area) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(area.bytes());
            return ByteBuffer.allocate(NAME_BYTES).putShort((short) 0x000B).put(hash).array();
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java runtime has SHA-256", impossible);
        }
    }

    private static int indexOf(byte[] part, byte[] whole) {
        for (int at = 0; at + part.length <= whole.length; at++) {
            if (ByteBuffer.wrap(whole, at, part.length).equals(ByteBuffer.wrap(part))) {
                return at;
            }
        }
        throw new AssertionError("the TPM's statement names its key");
    }
}
