/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca.keys;

import dev.breakwater.ca.token.TokenSession;
import dev.breakwater.protocol.sealing.SecretText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.ProviderException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Optional;

/**
 * Keys in a PKCS#11 token (HSM, TPM through tpm2-pkcs11, SoftHSM), through the JDK's SunPKCS11.
 * Keys are made inside with CKA_SENSITIVE and without CKA_EXTRACTABLE, so no command of the token
 * gives them out; the authority's certificates lie as files beside.
 */
public final class Pkcs11KeyStore implements CaKeyStore {

    private final TokenSession token;
    private final CertificateFiles certificates;

    private Pkcs11KeyStore(TokenSession token, CertificateFiles certificates) {
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
            return new Pkcs11KeyStore(
                    TokenSession.logIn("breakwater-ca", library, slotListIndex, characters),
                    new CertificateFiles(certificateDirectory));
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
            return token.find(alias(role))
                    .map(held -> new JdkCaKey(held.handle(), held.publicKey(), token.provider()));
        } catch (GeneralSecurityException | ProviderException refused) {
            throw new KeyStoreFailed(
                    "the token does not give access to key " + alias(role), refused);
        }
    }

    @Override
    public CaKey generate(CaRole role) throws KeyStoreFailed {
        try {
            if (token.holds(alias(role))) {
                throw new KeyStoreFailed(
                        "key " + alias(role) + " exists in the token and is not replaced");
            }
            token.make(alias(role), "key " + alias(role));
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

    private static String alias(CaRole role) {
        return "breakwater-" + role.label();
    }
}
