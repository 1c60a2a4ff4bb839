/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.release.signing;

import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.cli.terminal.Keyboard;
import dev.breakwater.protocol.sealing.SecretText;
import dev.breakwater.protocol.update.metadata.MetadataKey;
import dev.breakwater.protocol.update.metadata.MetadataSigner;
import dev.breakwater.protocol.update.metadata.SignatureScheme;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Security;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/**
 * A key of ECDSA on P-256 in a PKCS#11 token, through the JDK's SunPKCS11. It is made inside as
 * sensitive and not extractable, and signs inside.
 *
 * <p>The JDK finds a token's private key by a certificate with the same CKA_ID, so a key gets a
 * placeholder certificate signed by itself. It says nothing and nobody trusts it.
 *
 * @param uri which key
 */
record TokenKey(TokenUri uri) {

    private static final Pattern ANSWER = Pattern.compile("CKR_[A-Z0-9_]+");

    private record Inside(MetadataKey key, PrivateKey handle, Provider provider)
            implements MetadataSigner {

        @Override
        public byte[] sign(byte[] message) throws GeneralSecurityException {
            Signature signature =
                    Signature.getInstance(SignatureScheme.ECDSA_P256.algorithm(), provider);
            signature.initSign(handle);
            signature.update(message);
            return signature.sign();
        }
    }

    private interface Use<T> {
        T with(KeyStore objects, Provider provider) throws GeneralSecurityException, IOException;
    }

    /** Opens it to sign with. */
    SigningKey open(Keyboard keyboard) {
        return use(keyboard, this::find);
    }

    private SigningKey find(KeyStore objects, Provider provider) throws GeneralSecurityException {
        @Nullable Certificate certificate = objects.getCertificate(uri.object());
        if (!(objects.getKey(uri.object(), null) instanceof PrivateKey inside)
                || certificate == null) {
            throw new CommandFailed(
                    ExitCode.REFUSED,
                    ("token %s holds no key with a certificate that is called %s; breakwater release"
                                    + " keys new makes one")
                            .formatted(uri.token(), uri.object()));
        }
        Certificate decoded =
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(certificate.getEncoded()));
        try {
            MetadataKey key = MetadataKey.of(SignatureScheme.ECDSA_P256, decoded.getPublicKey());
            return new SigningKey(new Inside(key, inside, provider), decoded.getPublicKey());
        } catch (IllegalArgumentException otherCurve) {
            throw new CommandFailed(
                    ExitCode.USAGE, "the %s is none of ECDSA on P-256".formatted(uri), otherCurve);
        }
    }

    /** Makes it inside the token; one of that name is not replaced. */
    SigningKey create(Keyboard keyboard) {
        return use(
                keyboard,
                (objects, provider) -> {
                    if (objects.containsAlias(uri.object())) {
                        throw new CommandFailed(
                                ExitCode.CANNOT_START,
                                "the %s is there already and is not replaced".formatted(uri));
                    }
                    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", provider);
                    generator.initialize(new ECGenParameterSpec("secp256r1"));
                    // An object of this session: a power cut before the next line leaves nothing.
                    KeyPair pair = generator.generateKeyPair();
                    objects.setKeyEntry(
                            uri.object(),
                            pair.getPrivate(),
                            null,
                            new Certificate[] {placeholder(pair, provider)});
                    return find(objects, provider);
                });
    }

    private Certificate placeholder(KeyPair pair, Provider provider)
            throws GeneralSecurityException, IOException {
        X500Name subject = new X500Name("CN=placeholder for a key that signs releases");
        try {
            byte[] der =
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
                            .getEncoded();
            return CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(der));
        } catch (OperatorCreationException refused) {
            throw new GeneralSecurityException(refused);
        }
    }

    private <T> T use(Keyboard keyboard, Use<T> use) {
        if (!Files.isReadable(uri.module())) {
            throw new CommandFailed(
                    ExitCode.CANNOT_START, "there is no PKCS#11 module " + uri.module());
        }
        int slot = slot();
        char[] pin = pin(keyboard);
        try {
            Provider provider = Security.getProvider("SunPKCS11").configure(configuration(slot));
            KeyStore objects = KeyStore.getInstance("PKCS11", provider);
            objects.load(null, pin);
            return use.with(objects, provider);
        } catch (CommandFailed told) {
            throw told;
        } catch (GeneralSecurityException | IOException | RuntimeException refused) {
            throw refused(refused);
        } finally {
            Arrays.fill(pin, '\0');
        }
    }

    private CommandFailed refused(Exception cause) {
        String answer = answerIn(cause);
        String meaning =
                switch (answer) {
                    case "CKR_PIN_INCORRECT", "CKR_PIN_INVALID", "CKR_PIN_LEN_RANGE" ->
                            "its PIN is wrong, and a few wrong ones lock it";
                    case "CKR_PIN_LOCKED" ->
                            "its PIN is locked after too many wrong ones; its security officer"
                                    + " unlocks it";
                    case "CKR_DEVICE_MEMORY" -> "it is full";
                    default -> answer;
                };
        return new CommandFailed(
                ExitCode.REFUSED, "the %s cannot be used: %s".formatted(uri, meaning), cause);
    }

    private static String answerIn(Throwable failure) {
        String last = failure.toString();
        @Nullable Throwable cause = failure;
        for (int depth = 0; cause != null && depth < 32; depth++) {
            Matcher answer = ANSWER.matcher(String.valueOf(cause.getMessage()));
            if (answer.find()) {
                return answer.group();
            }
            last = cause.toString();
            cause = cause.getCause();
        }
        return last;
    }

    private int slot() {
        try {
            List<Integer> slots = TokenSlots.of(uri.module(), uri.token());
            if (slots.size() == 1) {
                return slots.getFirst();
            }
            throw new CommandFailed(
                    ExitCode.CANNOT_START,
                    slots.isEmpty()
                            ? "%s has no token with the label %s"
                                    .formatted(uri.module(), uri.token())
                            : "%s has %d tokens with the label %s: take the others out"
                                    .formatted(uri.module(), slots.size(), uri.token()));
        } catch (IllegalStateException | IllegalArgumentException silent) {
            throw new CommandFailed(
                    ExitCode.CANNOT_START,
                    "%s cannot be asked for its tokens: %s"
                            .formatted(uri.module(), silent.getMessage()),
                    silent);
        }
    }

    /** The leading dashes say that this is the configuration itself and not the name of a file. */
    private String configuration(int slot) {
        return """
        --name = breakwater-release
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
                .formatted(uri.module(), slot);
    }

    private char[] pin(Keyboard keyboard) {
        SecretText pin =
                uri.pinSource().isPresent()
                        ? Secrets.in(uri.pinSource().get(), "PIN")
                        : Secrets.of(keyboard.secret("PIN of token " + uri.token()), "PIN");
        char[] characters = pin.copy();
        pin.destroy();
        return characters;
    }
}
