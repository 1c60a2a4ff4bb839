/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.identity;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.protocol.SecureBytes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Collections;
import java.util.Date;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * Private keys in a PKCS#11 token (a secure element, an HSM, a TPM through tpm2-pkcs11), through
 * the JDK's SunPKCS11. A key is made inside with CKA_SENSITIVE and without CKA_EXTRACTABLE, and one
 * that the token would give away is refused.
 *
 * <p>The JDK finds a token's private key by a certificate with the same CKA_ID, so each key gets a
 * placeholder certificate signed by itself. It says nothing and nobody trusts it; the device's
 * certificates lie in its storage.
 *
 * <p>Names begin with a digest of the device's serial, so that a token may be shared with others:
 * nobody else's keys are listed or destroyed here. A power cut while the token puts a key in its
 * place can leave a private key without its certificate, which serves nobody and takes up room; the
 * next request makes another.
 */
public final class Pkcs11Keys implements DeviceKeys {

    private static final int OWNER_BYTES = 6;

    /** How the name of the set-up key ends. */
    private static final String SETUP = "setup";

    private static final Set<String> OTHER_ATTRIBUTES_WANTED =
            Set.of(
                    "CKR_ATTRIBUTE_VALUE_INVALID",
                    "CKR_ATTRIBUTE_TYPE_INVALID",
                    "CKR_TEMPLATE_INCONSISTENT");

    private final OpenToken token;
    private final String prefix;

    private Pkcs11Keys(OpenToken token, String prefix) {
        this.token = token;
        this.prefix = prefix;
    }

    /**
     * Logs in to a token.
     *
     * @param owner whose keys these are
     * @throws KeyUnavailable if there is no such token or the PIN is wrong
     */
    public static Pkcs11Keys open(KeyPlace.Pkcs11Token place, DeviceSerial owner)
            throws KeyUnavailable {
        TokenSigner.install();
        String prefix = "breakwater-" + digest(owner) + "-";
        Pkcs11Keys keys = new Pkcs11Keys(new OpenToken(place), prefix);
        var _ = keys.names();
        return keys;
    }

    @Override
    public KeyProtection protection() {
        return KeyProtection.HARDWARE_KEY;
    }

    @Override
    public DeviceKey generate() throws KeyUnavailable {
        return generate(prefix + HexFormat.of().formatHex(SecureBytes.fresh(8)));
    }

    private DeviceKey generate(String name) throws KeyUnavailable {
        try {
            generate(name, OpenToken.Making.IN_SESSION);
        } catch (KeyUnavailable refused) {
            // The first is tpm2-pkcs11's answer to a key that is not to be the token's at once.
            if (!OTHER_ATTRIBUTES_WANTED.contains(OpenToken.answerIn(refused))) {
                throw refused;
            }
            generate(name, OpenToken.Making.IN_PLACE);
        }
        return find(name)
                .orElseThrow(
                        () ->
                                new KeyUnavailable(
                                        "cannot make a key in %s: it took one and does not have it, so it is full or broken"
                                                .formatted(token)));
    }

    @Override
    public Optional<DeviceKey> find(String name) throws KeyUnavailable {
        return token.use(
                "find the key " + name,
                OpenToken.Making.IN_SESSION,
                (objects, provider) -> {
                    if (!(objects.getKey(name, null) instanceof PrivateKey inside)) {
                        return Optional.empty();
                    }
                    String description = "key %s in %s".formatted(name, token);
                    return Optional.of(
                            new DeviceKey(
                                    name,
                                    publicKey(objects.getCertificate(name)),
                                    new Pkcs11Key(description, inside, provider)));
                });
    }

    @Override
    public void destroy(String name) throws KeyUnavailable {
        if (!name.startsWith(prefix) || name.equals(prefix + SETUP)) {
            throw new IllegalArgumentException(
                    "a key of this device begins with %s, and its set-up key stays"
                            .formatted(prefix));
        }
        boolean _ =
                token.use(
                        "destroy the key " + name,
                        OpenToken.Making.IN_SESSION,
                        (objects, _) -> {
                            objects.deleteEntry(name);
                            return true;
                        });
    }

    @Override
    public synchronized DeviceKey setupKey() throws KeyUnavailable {
        Optional<DeviceKey> kept = find(prefix + SETUP);
        return kept.isPresent() ? kept.get() : generate(prefix + SETUP);
    }

    @Override
    public SortedSet<String> names() throws KeyUnavailable {
        return token.use(
                "list the keys",
                OpenToken.Making.IN_SESSION,
                (objects, _) -> {
                    SortedSet<String> names = new TreeSet<>(Collections.list(objects.aliases()));
                    names.removeIf(name -> !name.startsWith(prefix));
                    names.remove(prefix + SETUP);
                    return names;
                });
    }

    private void generate(String name, OpenToken.Making making) throws KeyUnavailable {
        boolean _ =
                token.use(
                        "make a key",
                        making,
                        (objects, provider) -> {
                            store(name, objects, provider);
                            return true;
                        });
    }

    private void store(String name, KeyStore objects, Provider provider)
            throws GeneralSecurityException, IOException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", provider);
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair pair = generator.generateKeyPair();
        if (pair.getPrivate().getEncoded() != null) {
            throw new KeyUnavailable(
                    "%s makes keys that it gives away; the key was not used".formatted(token));
        }
        Certificate placeholder = placeholder(name, pair, provider);
        // Both halves came from the token; one that answers nonsense is found out here.
        placeholder.verify(publicKey(placeholder));
        objects.setKeyEntry(name, pair.getPrivate(), null, new Certificate[] {placeholder});
    }

    private static Certificate placeholder(String name, KeyPair pair, Provider provider)
            throws GeneralSecurityException, IOException {
        X500Name subject = new X500Name("CN=placeholder for key " + name);
        try {
            return decoded(
                    new X509v3CertificateBuilder(
                                    subject,
                                    BigInteger.ONE,
                                    Date.from(Instant.EPOCH),
                                    Date.from(Instant.EPOCH),
                                    subject,
                                    SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded()))
                            .build(
                                    new JcaContentSignerBuilder(TokenKey.SIGNATURE)
                                            .setProvider(provider)
                                            .build(pair.getPrivate()))
                            .getEncoded());
        } catch (OperatorCreationException refused) {
            throw new GeneralSecurityException(refused);
        }
    }

    /** The key as the JDK's own providers make it: the token's would ask the token to verify. */
    private static PublicKey publicKey(Certificate placeholder) throws GeneralSecurityException {
        return decoded(placeholder.getEncoded()).getPublicKey();
    }

    private static Certificate decoded(byte[] der) throws GeneralSecurityException {
        return CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(der));
    }

    private static String digest(DeviceSerial owner) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(owner.text().getBytes(UTF_8));
            return HexFormat.of().formatHex(digest, 0, OWNER_BYTES);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("this JDK has no SHA-256", impossible);
        }
    }
}
