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
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
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

    /** A TPM is one, however many speak of it: most give a second user nothing but a refusal. */
    private static final Map<Path, ReentrantLock> TURNS = new ConcurrentHashMap<>();

    private final Path place;
    private final ReentrantLock turn;

    private Tpm(Path place) {
        this.place = place;
        this.turn =
                TURNS.computeIfAbsent(place.toAbsolutePath().normalize(), _ -> new ReentrantLock());
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

    /**
     * Seals content to this TPM, which no other opens, and nobody without one.
     *
     * @param content 1 to 128 bytes
     * @return what {@link #unseal} takes, at most 2 KiB, to be kept anywhere
     */
    public byte[] seal(byte[] content) throws TpmFailure, InterruptedException {
        if (content.length == 0 || content.length > TpmUse.SEALED_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "a TPM seals 1 to %d bytes".formatted(TpmUse.SEALED_BYTES_MAX));
        }
        return use(tpm -> tpm.seal(storageKey(tpm), content));
    }

    /**
     * The content of {@link #seal}.
     *
     * @throws TpmFailure if this TPM did not seal it, or was cleared since
     */
    public byte[] unseal(byte[] sealed) throws TpmFailure, InterruptedException {
        return use(tpm -> tpm.unseal(storageKey(tpm), sealed));
    }

    /**
     * Where a counter in the TPM's own memory stands.
     *
     * @param index in the owner's range, 0x01800000 to 0x01bfffff
     * @throws TpmFailure if something else than a counter of {@link #defineCounter} has that index
     */
    public CounterState counter(int index) throws TpmFailure, InterruptedException {
        return use(tpm -> tpm.memory().counter(index));
    }

    /**
     * Makes a counter, which has no value before it is incremented for the first time: then it has
     * one that no counter of this TPM had before, even if there was one at the same index.
     */
    public void defineCounter(int index) throws TpmFailure, InterruptedException {
        act(tpm -> tpm.memory().define(index, NvUse.COUNTER, Long.BYTES));
    }

    /** Adds one; durable when this returns. */
    public void increment(int index) throws TpmFailure, InterruptedException {
        act(tpm -> tpm.memory().increment(index));
    }

    /** Makes an index that says nothing but that it is there. */
    public void mark(int index) throws TpmFailure, InterruptedException {
        act(tpm -> tpm.memory().define(index, NvUse.MARK, 1));
    }

    /** Whether anything has this index. */
    public boolean isDefined(int index) throws TpmFailure, InterruptedException {
        return use(tpm -> tpm.memory().area(index).isPresent());
    }

    /** Takes an index out of the TPM's memory. */
    public void undefine(int index) throws TpmFailure, InterruptedException {
        act(tpm -> tpm.memory().undefine(index));
    }

    private static TpmUse.Loaded storageKey(TpmUse tpm) throws TpmFailure, InterruptedException {
        return tpm.createPrimary(TpmUse.OWNER, Template.storage());
    }

    /** A certificate that cannot be read is none: the server decides about a key without one. */
    private static Optional<byte[]> read(TpmUse tpm, int index) throws InterruptedException {
        try {
            return tpm.memory().read(index, CERTIFICATE_BYTES_MAX);
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

    private void act(Acting acting) throws TpmFailure, InterruptedException {
        boolean _ =
                use(
                        tpm -> {
                            acting.with(tpm);
                            return true;
                        });
    }

    private interface Acting {
        void with(TpmUse tpm) throws TpmFailure, InterruptedException;
    }

    private interface Using<T> {
        T with(TpmUse tpm) throws TpmFailure, InterruptedException;
    }

    @Override
    public String toString() {
        return "TPM at " + place;
    }
}
