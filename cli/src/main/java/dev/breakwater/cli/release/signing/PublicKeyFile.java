/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.release.signing;

import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.protocol.update.metadata.MetadataKey;
import dev.breakwater.protocol.update.metadata.SignatureScheme;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The public half of a key, as SubjectPublicKeyInfo in PEM: what others list, and may see. */
public final class PublicKeyFile {

    private static final int BYTES_MAX = 16_384;
    private static final Pattern BLOCK =
            Pattern.compile(
                    "-----BEGIN PUBLIC KEY-----\\s([A-Za-z0-9+/=\\s]{1,8192})-----END PUBLIC KEY-----");

    private PublicKeyFile() {}

    /** The text of it. */
    public static String text(PublicKey key) {
        return KeyFile.pem("PUBLIC KEY", key.getEncoded());
    }

    /** The key in a file. */
    public static MetadataKey read(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return parse(new String(in.readNBytes(BYTES_MAX), StandardCharsets.ISO_8859_1));
        } catch (IOException unreadable) {
            throw new CommandFailed(
                    ExitCode.CANNOT_START, file + " cannot be read: " + unreadable, unreadable);
        } catch (IllegalArgumentException noKey) {
            throw new CommandFailed(
                    ExitCode.USAGE, "%s: %s".formatted(file, noKey.getMessage()), noKey);
        }
    }

    /**
     * The key in a text.
     *
     * @throws IllegalArgumentException if it holds no public key that may sign metadata
     */
    public static MetadataKey parse(String pem) {
        Matcher block = BLOCK.matcher(pem);
        if (!block.find()) {
            throw new IllegalArgumentException("there is no block of PEM called PUBLIC KEY");
        }
        byte[] der = Base64.getMimeDecoder().decode(block.group(1));
        for (String algorithm : List.of("Ed25519", "EC")) {
            try {
                PublicKey key =
                        KeyFactory.getInstance(algorithm)
                                .generatePublic(new X509EncodedKeySpec(der));
                return MetadataKey.of(
                        algorithm.equals("EC")
                                ? SignatureScheme.ECDSA_P256
                                : SignatureScheme.ED25519,
                        key);
            } catch (GeneralSecurityException _) {
                // It is none of this algorithm.
            }
        }
        throw new IllegalArgumentException("the key is none of Ed25519 or ECDSA on P-256");
    }
}
