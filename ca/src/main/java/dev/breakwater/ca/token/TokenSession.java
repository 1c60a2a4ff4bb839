/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca.token;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Security;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/**
 * A token somebody has logged in to. Its keys are of ECDSA on P-256, and sign through {@link
 * #provider}.
 *
 * <p>The JDK finds a token's private key by a certificate with the same CKA_ID, so each key gets a
 * placeholder certificate signed by itself. It says nothing and nobody trusts it.
 *
 * <p>What a token or its module does not do is a {@link GeneralSecurityException}, an {@link
 * IOException} or a {@link java.security.ProviderException}, as the JDK has it: what that means is
 * told by whoever knows what the token is for.
 */
public final class TokenSession {

    private final Provider provider;
    private final KeyStore objects;

    private TokenSession(Provider provider, KeyStore objects) {
        this.provider = provider;
        this.objects = objects;
    }

    /**
     * A key inside.
     *
     * @param handle signs by the session's provider, and has no bytes to give
     */
    public record Held(PrivateKey handle, PublicKey publicKey) {}

    /**
     * Logs in.
     *
     * @param name of the provider, a word for logs
     * @param module the PKCS#11 module, a path without blank, quote or dollar
     * @param slotListIndex which of the module's slots, counted from 0
     * @param pin the user PIN, to be cleared by the caller
     */
    public static TokenSession logIn(String name, Path module, int slotListIndex, char[] pin)
            throws GeneralSecurityException, IOException {
        Provider provider =
                Security.getProvider("SunPKCS11")
                        .configure(configuration(name, module, slotListIndex));
        // The provider is never put on the JVM's list: TLS must not start using the token.
        KeyStore objects = KeyStore.getInstance("PKCS11", provider);
        objects.load(null, pin);
        return new TokenSession(provider, objects);
    }

    /** By which the keys sign. */
    public Provider provider() {
        return provider;
    }

    /** Whether anything has this name. */
    public boolean holds(String alias) throws GeneralSecurityException {
        return objects.containsAlias(alias);
    }

    /** The key of this name, or nothing if there is none with its placeholder. */
    public Optional<Held> find(String alias) throws GeneralSecurityException {
        @Nullable Certificate placeholder = objects.getCertificate(alias);
        if (!(objects.getKey(alias, null) instanceof PrivateKey handle) || placeholder == null) {
            return Optional.empty();
        }
        // Decoded anew, so that the public key is one of the JVM's and not the token's.
        return Optional.of(new Held(handle, decoded(placeholder.getEncoded()).getPublicKey()));
    }

    /**
     * Makes a key inside.
     *
     * @param purpose for the placeholder's subject, after "placeholder for"
     * @throws IllegalStateException if something has that name already
     */
    public void make(String alias, String purpose) throws GeneralSecurityException, IOException {
        if (holds(alias)) {
            throw new IllegalStateException(
                    alias + " exists in the token already and is not replaced");
        }
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", provider);
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        // So far an object of this session: a crash here leaves nothing in the token. A crash
        // inside setKeyEntry can leave a key without certificate, which no alias finds; whoever
        // comes next makes another.
        KeyPair pair = generator.generateKeyPair();
        objects.setKeyEntry(
                alias, pair.getPrivate(), null, new Certificate[] {placeholder(pair, purpose)});
    }

    private Certificate placeholder(KeyPair pair, String purpose)
            throws GeneralSecurityException, IOException {
        X500Name subject = new X500Name("CN=placeholder for " + purpose);
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
                                    new JcaContentSignerBuilder("SHA256withECDSA")
                                            .setProvider(provider)
                                            .build(pair.getPrivate()))
                            .getEncoded());
        } catch (OperatorCreationException refused) {
            throw new GeneralSecurityException(refused);
        }
    }

    private static Certificate decoded(byte[] der) throws GeneralSecurityException {
        return CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(der));
    }

    /** The leading dashes say that this is the configuration itself and not the name of a file. */
    private static String configuration(String name, Path module, int slotListIndex) {
        return """
        --name = %s
        library = %s
        slotListIndex = %d
        showInfo = false
        attributes(generate, CKO_PRIVATE_KEY, *) = {
          CKA_SIGN = true
          CKA_DECRYPT = false
          CKA_UNWRAP = false
          CKA_SENSITIVE = true
          CKA_EXTRACTABLE = false
        }
        attributes(generate, CKO_PUBLIC_KEY, *) = {
          CKA_VERIFY = true
        }
        """
                .formatted(name, module.toAbsolutePath(), slotListIndex);
    }
}
