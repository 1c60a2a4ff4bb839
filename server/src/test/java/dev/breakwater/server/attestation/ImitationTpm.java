/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.attestation;

import static dev.breakwater.server.attestation.TpmBytes.fixed;
import static dev.breakwater.server.attestation.TpmBytes.sized;
import static dev.breakwater.server.attestation.TpmBytes.unsized;

import dev.breakwater.protocol.attestation.Challenge;
import dev.breakwater.protocol.attestation.ChallengeAnswer;
import dev.breakwater.protocol.attestation.ChallengeRequest;
import dev.breakwater.protocol.attestation.Marshalled;
import dev.breakwater.testkit.pki.TestKeys;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.MGF1ParameterSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1Sequence;

/**
 * What holds the keys of a TPM in software and says what a test likes: good answers, and every
 * forgery of them. Written from the specification, apart from what it tests.
 */
public final class ImitationTpm {

    /** fixedTPM, fixedParent, sensitiveDataOrigin, adminWithPolicy, restricted, decrypt. */
    public static final long ENDORSEMENT = 0x000300B2L;

    /** fixedTPM, fixedParent, sensitiveDataOrigin, userWithAuth, restricted, sign. */
    public static final long ATTESTATION = 0x00050072L;

    /** fixedTPM, fixedParent, sensitiveDataOrigin, userWithAuth, sign. */
    public static final long DEVICE = 0x00040072L;

    private static final int SHA256 = 0x000B;
    private static final int NULL = 0x0010;
    private static final byte[] IDENTITY = "IDENTITY\0".getBytes(StandardCharsets.US_ASCII);

    public final KeyPair endorsementKeys;
    public final KeyPair attestationKeys;
    public final KeyPair deviceKeys;
    public byte[] endorsementPublic;
    public byte[] attestationPublic;
    public byte[] devicePublic;

    /** What its statement says; each may be changed before {@link #answer}. */
    public long magic = 0xFF544347L;

    public int type = 0x8017;
    public Optional<byte[]> extraData = Optional.empty();
    public Optional<byte[]> certifiedName = Optional.empty();
    public Optional<KeyPair> signer = Optional.empty();

    /** One that holds these. */
    public ImitationTpm(KeyPair endorsement, KeyPair attestation, KeyPair device) {
        endorsementKeys = endorsement;
        attestationKeys = attestation;
        deviceKeys = device;
        endorsementPublic = publicArea(endorsement.getPublic(), ENDORSEMENT, true, NULL);
        boolean ecc = attestation.getPublic() instanceof ECPublicKey;
        attestationPublic =
                publicArea(attestation.getPublic(), ATTESTATION, false, ecc ? 0x0018 : 0x0014);
        devicePublic = publicArea(device.getPublic(), DEVICE, false, NULL);
    }

    /** One with keys of its own around a device's key. */
    public static ImitationTpm around(KeyPair device) {
        return new ImitationTpm(TestKeys.p256(), TestKeys.p256(), device);
    }

    /** TPMT_PUBLIC. */
    public static byte[] publicArea(PublicKey key, long attributes, boolean storage, int scheme) {
        return TpmBytes.of(
                out -> {
                    out.writeShort(key instanceof ECPublicKey ? 0x0023 : 0x0001);
                    out.writeShort(SHA256);
                    out.writeInt((int) attributes);
                    sized(out, new byte[storage ? 32 : 0]);
                    out.writeShort(storage ? 0x0006 : NULL);
                    if (storage) {
                        out.writeShort(128);
                        out.writeShort(0x0043);
                    }
                    out.writeShort(scheme);
                    if (scheme != NULL) {
                        out.writeShort(SHA256);
                    }
                    if (key instanceof ECPublicKey point) {
                        out.writeShort(0x0003);
                        out.writeShort(NULL);
                        sized(out, fixed(point.getW().getAffineX(), 32));
                        sized(out, fixed(point.getW().getAffineY(), 32));
                    } else if (key instanceof RSAPublicKey rsa) {
                        int bits = rsa.getModulus().bitLength();
                        out.writeShort(bits);
                        out.writeInt(0);
                        sized(out, fixed(rsa.getModulus(), bits / 8));
                    }
                });
    }

    /** What a device sends first. */
    public ChallengeRequest request(
            Optional<X509Certificate> certificate, X509Certificate... intermediates)
            throws GeneralSecurityException {
        List<Marshalled> between = new ArrayList<>();
        for (X509Certificate each : intermediates) {
            between.add(Marshalled.of(each.getEncoded()));
        }
        Optional<Marshalled> own = Optional.empty();
        if (certificate.isPresent()) {
            own = Optional.of(Marshalled.of(certificate.get().getEncoded()));
        }
        return new ChallengeRequest(
                own, between, Marshalled.of(endorsementPublic), Marshalled.of(attestationPublic));
    }

    /** What a device sends last. */
    public ChallengeAnswer answer(Challenge challenge) throws GeneralSecurityException {
        byte[] secret =
                activate(challenge.credentialBlob().bytes(), challenge.encryptedSecret().bytes());
        return answer(challenge, Marshalled.of(secret));
    }

    /** The same with this secret. */
    public ChallengeAnswer answer(Challenge challenge, Marshalled secret)
            throws GeneralSecurityException {
        byte[] statement = statement(challenge.qualifyingData(secret));
        return new ChallengeAnswer(
                challenge.id(),
                secret,
                Marshalled.of(devicePublic),
                Marshalled.of(statement),
                Marshalled.of(sign(statement)));
    }

    /** TPMS_ATTEST. */
    public byte[] statement(byte[] qualifyingData) {
        return TpmBytes.of(
                out -> {
                    out.writeInt((int) magic);
                    out.writeShort(type);
                    sized(out, name(attestationPublic));
                    sized(out, extraData.orElse(qualifyingData));
                    out.writeLong(123_456);
                    out.writeInt(7);
                    out.writeInt(3);
                    out.writeByte(1);
                    out.writeLong(0x2019_1023_0000_0001L);
                    sized(out, certifiedName.orElseGet(() -> name(devicePublic)));
                    sized(out, name(attestationPublic));
                });
    }

    /** TPMT_SIGNATURE. */
    public byte[] sign(byte[] statement) throws GeneralSecurityException {
        KeyPair keys = signer.orElse(attestationKeys);
        boolean ecdsa = keys.getPublic() instanceof ECPublicKey;
        Signature signing = Signature.getInstance(ecdsa ? "SHA256withECDSA" : "SHA256withRSA");
        signing.initSign(keys.getPrivate());
        signing.update(statement);
        byte[] value = signing.sign();
        return TpmBytes.of(
                out -> {
                    out.writeShort(ecdsa ? 0x0018 : 0x0014);
                    out.writeShort(SHA256);
                    if (ecdsa) {
                        ASN1Sequence numbers = ASN1Sequence.getInstance(value);
                        sized(out, fixed(number(numbers, 0), 32));
                        sized(out, fixed(number(numbers, 1), 32));
                    } else {
                        sized(out, value);
                    }
                });
    }

    private static BigInteger number(ASN1Sequence numbers, int index) {
        return ASN1Integer.getInstance(numbers.getObjectAt(index)).getPositiveValue();
    }

    /** TPM2_ActivateCredential; fails as a TPM does if the blob is for another key. */
    public byte[] activate(byte[] credentialBlob, byte[] encryptedSecret)
            throws GeneralSecurityException {
        byte[] seed = seed(unsized(encryptedSecret));
        byte[] idObject = unsized(credentialBlob);
        byte[] integrity = Arrays.copyOfRange(idObject, 2, 34);
        byte[] encrypted = Arrays.copyOfRange(idObject, 34, idObject.length);
        byte[] name = name(attestationPublic);
        byte[] integrityKey = kdfA(seed, "INTEGRITY", new byte[0], 256);
        if (!MessageDigest.isEqual(integrity, hmac(integrityKey, encrypted, name))) {
            throw new GeneralSecurityException("TPM_RC_INTEGRITY");
        }
        byte[] storageKey = Arrays.copyOf(kdfA(seed, "STORAGE", name, 128), 16);
        Cipher cfb = Cipher.getInstance("AES/CFB/NoPadding");
        cfb.init(
                Cipher.DECRYPT_MODE,
                new SecretKeySpec(storageKey, "AES"),
                new IvParameterSpec(new byte[16]));
        return unsized(cfb.doFinal(encrypted));
    }

    private byte[] seed(byte[] secret) throws GeneralSecurityException {
        return endorsementKeys.getPublic() instanceof ECPublicKey own
                ? agreed(own, secret)
                : transported(secret);
    }

    private byte[] agreed(ECPublicKey own, byte[] secret) throws GeneralSecurityException {
        byte[] x = Arrays.copyOfRange(secret, 2, 34);
        byte[] y = Arrays.copyOfRange(secret, 36, 68);
        ECPoint point = new ECPoint(new BigInteger(1, x), new BigInteger(1, y));
        KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
        agreement.init(endorsementKeys.getPrivate());
        agreement.doPhase(
                KeyFactory.getInstance("EC")
                        .generatePublic(new ECPublicKeySpec(point, own.getParams())),
                true);
        MessageDigest kdfE = MessageDigest.getInstance("SHA-256");
        kdfE.update(new byte[] {0, 0, 0, 1});
        kdfE.update(agreement.generateSecret());
        kdfE.update(IDENTITY);
        kdfE.update(x);
        return kdfE.digest(fixed(own.getW().getAffineX(), 32));
    }

    private byte[] transported(byte[] secret) throws GeneralSecurityException {
        Cipher oaep = Cipher.getInstance("RSA/ECB/OAEPPadding");
        oaep.init(
                Cipher.DECRYPT_MODE,
                endorsementKeys.getPrivate(),
                new OAEPParameterSpec(
                        "SHA-256",
                        "MGF1",
                        MGF1ParameterSpec.SHA256,
                        new PSource.PSpecified(IDENTITY)));
        return oaep.doFinal(secret);
    }

    private static byte[] kdfA(byte[] key, String label, byte[] context, int bits)
            throws GeneralSecurityException {
        return hmac(
                key,
                new byte[] {0, 0, 0, 1},
                label.getBytes(StandardCharsets.US_ASCII),
                new byte[] {0},
                context,
                new byte[] {0, 0, (byte) (bits >>> 8), (byte) bits});
    }

    private static byte[] hmac(byte[] key, byte[]... parts) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        for (byte[] part : parts) {
            mac.update(part);
        }
        return mac.doFinal();
    }

    /** The name of a public area. */
    public static byte[] name(byte[] publicArea) {
        return TpmBytes.of(
                out -> {
                    out.writeShort(SHA256);
                    out.write(TpmBytes.sha256(publicArea));
                });
    }
}
