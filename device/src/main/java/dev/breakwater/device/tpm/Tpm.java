/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.tpm;

import dev.breakwater.protocol.attestation.Challenge;
import dev.breakwater.protocol.attestation.Marshalled;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERSequence;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A TPM 2.0. Safe for use by many threads, one of which uses it at a time; every method blocks, for
 * a few minutes at the most and normally for less than a second.
 *
 * <pre>{@code
 * Tpm tpm = Tpm.at(Path.of("/dev/tpmrm0"));
 * WrappedKey key = tpm.createKey();
 * byte[] signature = tpm.sign(key, sha256);
 * }</pre>
 */
public final class Tpm {

    /** How long one use waits for another to end: as long as deriving two RSA keys may last. */
    private static final int TURN_SECONDS_MAX = 240;

    private static final int CERTIFICATE_BYTES_MAX = 8 * 1024;

    /** Where certificates above that of the endorsement key lie (EK Credential Profile 2.5). */
    private static final int CHAIN_INDEX = 0x01C00100;

    private static final int INTERMEDIATES_MAX = 3;

    private static final Logger LOG = LoggerFactory.getLogger(Tpm.class);

    private final Path place;
    private final ReentrantLock turn = new ReentrantLock();

    private Tpm(Path place) {
        this.place = place;
    }

    /**
     * The TPM behind this file; nothing is asked of it yet.
     *
     * @param place a character device such as {@code /dev/tpmrm0}, or the socket of a TPM in
     *     software
     */
    public static Tpm at(Path place) {
        return new Tpm(place);
    }

    /** Makes a P-256 key for signatures, which is kept by whoever asks. */
    public WrappedKey createKey() throws TpmFailure, InterruptedException {
        return use(tpm -> tpm.create(storageKey(tpm), Template.device()));
    }

    /** Makes an attestation key. */
    public WrappedKey createAttestationKey() throws TpmFailure, InterruptedException {
        return use(tpm -> tpm.create(storageKey(tpm), Template.attestation()));
    }

    /**
     * The public half of a key of {@link #createKey}.
     *
     * @throws TpmFailure if it is not such a key
     */
    public static PublicKey publicKey(WrappedKey key) throws TpmFailure {
        return Template.device().publicKey(key.publicArea().bytes());
    }

    /** Finds out whether the TPM answers and makes the storage key that everything hangs on. */
    public void requireWorking() throws TpmFailure, InterruptedException {
        var _ = use(Tpm::storageKey);
    }

    /**
     * Signs inside.
     *
     * @param digest a SHA-256
     * @return an ECDSA signature in DER, which has been verified
     */
    public byte[] sign(WrappedKey key, byte[] digest) throws TpmFailure, InterruptedException {
        PublicKey publicKey = publicKey(key);
        byte[][] pair = use(tpm -> tpm.sign(tpm.load(storageKey(tpm), key), digest));
        try {
            ASN1EncodableVector both = new ASN1EncodableVector();
            both.add(new ASN1Integer(new BigInteger(1, pair[0])));
            both.add(new ASN1Integer(new BigInteger(1, pair[1])));
            byte[] der = new DERSequence(both).getEncoded();
            // A fault or an attack on the bus shows here, and not as a server's refusal.
            Signature verifier = Signature.getInstance("NONEwithECDSA");
            verifier.initVerify(publicKey);
            verifier.update(digest);
            if (verifier.verify(der)) {
                return der;
            }
        } catch (GeneralSecurityException | IOException unreadable) {
            throw new TpmFailure("the TPM's signature cannot be read", unreadable);
        }
        throw TpmFailure.nonsense("a signature that does not verify");
    }

    /**
     * The key by which the manufacturer knows this TPM: the first that has a certificate, otherwise
     * the first that the TPM can make.
     */
    public Endorsement endorsement() throws TpmFailure, InterruptedException {
        Optional<Endorsement> bare = Optional.empty();
        Optional<TpmFailure> refusal = Optional.empty();
        for (Endorsement.Kind kind : Endorsement.Kind.values()) {
            try {
                Endorsement found = endorsement(kind);
                if (found.certificate().isPresent()) {
                    return found;
                }
                bare = bare.isPresent() ? bare : Optional.of(found);
            } catch (TpmFailure notThisKind) {
                LOG.debug("No endorsement key of kind {}", kind, notThisKind);
                refusal = refusal.isPresent() ? refusal : Optional.of(notThisKind);
            }
        }
        if (bare.isPresent()) {
            return bare.get();
        }
        throw refusal.orElseGet(() -> new TpmFailure("the TPM has no endorsement key"));
    }

    private Endorsement endorsement(Endorsement.Kind kind) throws TpmFailure, InterruptedException {
        return use(
                tpm -> {
                    Marshalled area =
                            tpm.createPrimary(TpmUse.ENDORSEMENT, kind.template()).publicArea();
                    PublicKey key = kind.template().publicKey(area.bytes());
                    Optional<Marshalled> certificate = Optional.empty();
                    Optional<byte[]> stored = read(tpm, kind.certificateIndex());
                    if (stored.isPresent()) {
                        certificate =
                                certificates(stored.get(), 1).stream()
                                        .filter(found -> isFor(found, key))
                                        .findFirst()
                                        .map(Tpm::marshalled);
                        if (certificate.isEmpty()) {
                            LOG.warn(
                                    "The TPM's certificate at 0x{} is not for its {} endorsement key",
                                    Integer.toHexString(kind.certificateIndex()),
                                    kind);
                        }
                    }
                    List<Marshalled> above =
                            certificate.isEmpty()
                                    ? List.of()
                                    : read(tpm, CHAIN_INDEX).stream()
                                            .flatMap(
                                                    chain ->
                                                            certificates(chain, INTERMEDIATES_MAX)
                                                                    .stream())
                                            .map(Tpm::marshalled)
                                            .toList();
                    return new Endorsement(kind, area, certificate, above);
                });
    }

    /**
     * Opens a challenge with the endorsement key and certifies a device's key for it.
     *
     * @param attestation the key of {@link #createAttestationKey} that the challenge is bound to
     * @param key the device's, of {@link #createKey}
     */
    public Certification certify(
            Endorsement.Kind kind, WrappedKey attestation, WrappedKey key, Challenge challenge)
            throws TpmFailure, InterruptedException {
        return use(
                tpm -> {
                    TpmUse.Loaded storage = storageKey(tpm);
                    TpmUse.Loaded by = tpm.load(storage, attestation);
                    TpmUse.Loaded certified = tpm.load(storage, key);
                    // A TPM without resource manager has room for three keys.
                    tpm.unload(storage);
                    TpmUse.Loaded endorsement =
                            tpm.createPrimary(TpmUse.ENDORSEMENT, kind.template());
                    Marshalled secret =
                            tpm.activate(
                                    by,
                                    endorsement,
                                    challenge.credentialBlob().bytes(),
                                    challenge.encryptedSecret().bytes());
                    return tpm.certify(certified, by, secret, challenge.qualifyingData(secret));
                });
    }

    private static TpmUse.Loaded storageKey(TpmUse tpm) throws TpmFailure, InterruptedException {
        return tpm.createPrimary(TpmUse.OWNER, Template.storage());
    }

    /** A certificate that cannot be read is none: the server decides about a key without one. */
    private static Optional<byte[]> read(TpmUse tpm, int index) throws InterruptedException {
        try {
            return tpm.read(index, CERTIFICATE_BYTES_MAX);
        } catch (TpmFailure unreadable) {
            LOG.warn("The TPM's index 0x{}: {}", Integer.toHexString(index), unreadable.toString());
            return Optional.empty();
        }
    }

    /** The certificates at the beginning of an index; manufacturers fill the rest with anything. */
    private static List<Certificate> certificates(byte[] content, int countMax) {
        List<Certificate> found = new ArrayList<>();
        ByteArrayInputStream in = new ByteArrayInputStream(content);
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            while (found.size() < countMax && in.available() > 0) {
                found.add(factory.generateCertificate(in));
            }
        } catch (CertificateException filling) {
            LOG.debug("Behind {} certificates stands none", found.size(), filling);
        }
        return found.stream().filter(Tpm::isMarshallable).toList();
    }

    private static boolean isFor(Certificate certificate, PublicKey key) {
        // Compared as numbers: encodings of the same RSA key differ in their parameters.
        return switch (certificate.getPublicKey()) {
            case RSAKey found ->
                    key instanceof RSAKey ours && found.getModulus().equals(ours.getModulus());
            case ECPublicKey found ->
                    key instanceof ECPublicKey ours && found.getW().equals(ours.getW());
            default -> false;
        };
    }

    private static boolean isMarshallable(Certificate certificate) {
        try {
            return certificate.getEncoded().length <= Marshalled.BYTES_MAX;
        } catch (CertificateException unencodable) {
            return false;
        }
    }

    private static Marshalled marshalled(Certificate certificate) {
        try {
            return Marshalled.of(certificate.getEncoded());
        } catch (CertificateException impossible) {
            throw new IllegalStateException("it was encoded before", impossible);
        }
    }

    private <T> T use(Using<T> using) throws TpmFailure, InterruptedException {
        if (!turn.tryLock(TURN_SECONDS_MAX, TimeUnit.SECONDS)) {
            throw new TpmFailure("the TPM at " + place + " is in use without end");
        }
        try (TpmUse tpm = TpmUse.of(place)) {
            return using.with(tpm);
        } finally {
            turn.unlock();
        }
    }

    private interface Using<T> {
        T with(TpmUse tpm) throws TpmFailure, InterruptedException;
    }

    @Override
    public String toString() {
        return "TPM at " + place;
    }
}
