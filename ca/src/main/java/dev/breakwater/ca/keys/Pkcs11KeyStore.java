/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca.keys;

import dev.breakwater.protocol.sealing.SecretText;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.ProviderException;
import java.security.Security;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;

/**
 * Keys in a PKCS#11 token (HSM, TPM through tpm2-pkcs11, SoftHSM), through the JDK's SunPKCS11.
 * Keys are made inside with CKA_SENSITIVE and without CKA_EXTRACTABLE, so no command of the token
 * gives them out; the authority's certificates lie as files beside.
 *
 * <p>The JDK finds a token's private key by a certificate with the same CKA_ID, so each key gets a
 * placeholder certificate signed by itself. It says nothing and nobody trusts it.
 */
public final class Pkcs11KeyStore implements CaKeyStore {

    private final Provider provider;
    private final KeyStore token;
    private final CertificateFiles certificates;

    private Pkcs11KeyStore(Provider provider, KeyStore token, CertificateFiles certificates) {
        this.provider = provider;
        this.token = token;
        this.certificates = certificates;
    }

    /**
     * Logs in to a token.
     *
     * @param library the PKCS#11 module, a shared library
     * @param slotListIndex which of the module's slots, counted from 0
     * @param pin the user PIN; a token locks itself after a few wrong ones, so it is tried once
     * @param certificateDirectory where the authority's certificates lie
     * @throws KeyStoreFailed if there is no such token or the PIN is wrong
     */
    public static Pkcs11KeyStore logIn(
            Path library, int slotListIndex, SecretText pin, Path certificateDirectory)
            throws KeyStoreFailed {
        if (!Files.isReadable(library) || library.toString().matches("(?s).*[\\s\"$].*")) {
            throw new KeyStoreFailed(
                    "PKCS#11 module "
                            + library
                            + " is not there, or its path has a blank or quote");
        }
        char[] characters = pin.copy();
        try {
            Provider provider =
                    Security.getProvider("SunPKCS11")
                            .configure(configuration(library, slotListIndex));
            // The provider is never put on the JVM's list: TLS must not start using the token.
            KeyStore token = KeyStore.getInstance("PKCS11", provider);
            token.load(null, characters);
            return new Pkcs11KeyStore(provider, token, new CertificateFiles(certificateDirectory));
        } catch (GeneralSecurityException | IOException | RuntimeException refused) {
            throw new KeyStoreFailed(
                    "cannot log in to slot "
                            + slotListIndex
                            + " of "
                            + library
                            + ": check that the token is there and its PIN is right",
                    refused);
        } finally {
            Arrays.fill(characters, '\0');
        }
    }

    @Override
    public Optional<CaKey> key(CaRole role) throws KeyStoreFailed {
        try {
            if (!(token.getKey(alias(role), null) instanceof PrivateKey privateKey)) {
                return Optional.empty();
            }
            Certificate placeholder = token.getCertificate(alias(role));
            Certificate decoded =
                    CertificateFactory.getInstance("X.509")
                            .generateCertificate(
                                    new ByteArrayInputStream(placeholder.getEncoded()));
            return Optional.of(new JdkCaKey(privateKey, decoded.getPublicKey(), provider));
        } catch (GeneralSecurityException | ProviderException refused) {
            throw new KeyStoreFailed(
                    "the token does not give access to key " + alias(role), refused);
        }
    }

    @Override
    public CaKey generate(CaRole role) throws KeyStoreFailed {
        try {
            if (token.containsAlias(alias(role))) {
                throw new KeyStoreFailed(
                        "key " + alias(role) + " exists in the token and is not replaced");
            }
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", provider);
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            // So far an object of this session: a crash here leaves nothing in the token. A crash
            // inside setKeyEntry can leave a key without certificate, which no alias finds; the
            // next
            // start makes another.
            KeyPair keys = generator.generateKeyPair();
            CaKey sessionKey = new JdkCaKey(keys.getPrivate(), keys.getPublic(), provider);
            token.setKeyEntry(
                    alias(role),
                    keys.getPrivate(),
                    null,
                    new Certificate[] {placeholder(sessionKey, alias(role))});
        } catch (GeneralSecurityException | IOException | RuntimeException refused) {
            throw new KeyStoreFailed("the token does not make key " + alias(role), refused);
        }
        return key(role)
                .orElseThrow(
                        () -> new KeyStoreFailed("the token lost the key it made: " + alias(role)));
    }

    @Override
    public Optional<X509Certificate> certificate(CaRole role) throws KeyStoreFailed {
        return certificates.read(role);
    }

    @Override
    public void storeCertificate(CaRole role, X509Certificate certificate) throws KeyStoreFailed {
        certificates.write(role, certificate);
    }

    /** The leading dashes say that this is the configuration itself and not the name of a file. */
    private static String configuration(Path library, int slotListIndex) {
        return """
        --name = breakwater-ca
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
                .formatted(library.toAbsolutePath(), slotListIndex);
    }

    private static Certificate placeholder(CaKey key, String name)
            throws GeneralSecurityException, IOException {
        X500Name subject = new X500Name("CN=placeholder for key " + name);
        byte[] der =
                new X509v3CertificateBuilder(
                                subject,
                                BigInteger.ONE,
                                Date.from(Instant.EPOCH),
                                Date.from(Instant.EPOCH),
                                subject,
                                SubjectPublicKeyInfo.getInstance(key.publicKey().getEncoded()))
                        .build(new CaContentSigner(key))
                        .getEncoded();
        return CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(der));
    }

    private static String alias(CaRole role) {
        return "breakwater-" + role.label();
    }
}
