/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.release.signing;

import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.protocol.sealing.DurableFile;
import dev.breakwater.protocol.sealing.SecretText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A private key in a file: PKCS#8 sealed with a passphrase ({@link SealedKey}), in PEM (RFC 7468),
 * which {@code openssl pkey} reads. Lines before the block say to people which key it is.
 *
 * @param path where it is
 */
public record KeyFile(Path path) {

    private static final int BYTES_MAX = 16_384;
    private static final int LINE_CHARACTERS = 64;
    private static final String LABEL = "ENCRYPTED PRIVATE KEY";
    private static final Pattern BLOCK =
            Pattern.compile(
                    "-----BEGIN %1$s-----\\s([A-Za-z0-9+/=\\s]{1,8192})-----END %1$s-----"
                            .formatted(LABEL));
    private static final Pattern UNSEALED =
            Pattern.compile("-----BEGIN (?:[A-Z0-9]{1,20} )?PRIVATE KEY-----");
    private static final Set<PosixFilePermission> OWNER =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    /** A new key of Ed25519, in memory only. */
    public static KeyPair fresh() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }

    /** Signs with a key that is in memory already. */
    public static SigningKey signer(KeyPair pair) {
        return SigningKey.of(pair);
    }

    /**
     * Makes the file; one that is there is not replaced.
     *
     * @param purpose one line that says which key it is
     */
    public void create(KeyPair pair, String purpose, SecretText passphrase) {
        try {
            byte[] sealed = SealedKey.seal(pair.getPrivate(), passphrase);
            String text =
                    "%s\nKey id: %s\n%s"
                            .formatted(purpose, signer(pair).key().id(), pem(LABEL, sealed));
            DurableFile.create(path, text.getBytes(StandardCharsets.UTF_8));
        } catch (FileAlreadyExistsException there) {
            throw new CommandFailed(
                    ExitCode.CANNOT_START, path + " is there already and is not replaced", there);
        } catch (IOException unwritable) {
            throw new CommandFailed(
                    ExitCode.CANNOT_START, path + " cannot be written: " + unwritable, unwritable);
        } catch (GeneralSecurityException unsealed) {
            throw new CommandFailed(
                    ExitCode.CANNOT_START, "the key cannot be sealed: " + unsealed, unsealed);
        }
    }

    /** Opens it to sign with. */
    public SigningKey open(SecretText passphrase) {
        try {
            return signer(SealedKey.open(block(content()), passphrase));
        } catch (GeneralSecurityException wrong) {
            throw new CommandFailed(
                    ExitCode.REFUSED,
                    "the key %s does not open: %s".formatted(path, wrong.getMessage()),
                    wrong);
        } catch (IllegalArgumentException noSuchKey) {
            throw new CommandFailed(
                    ExitCode.USAGE,
                    "the key %s signs no releases: %s".formatted(path, noSuchKey.getMessage()),
                    noSuchKey);
        }
    }

    private byte[] block(String text) {
        Matcher block = BLOCK.matcher(text);
        if (block.find()) {
            return Base64.getMimeDecoder().decode(block.group(1));
        }
        if (UNSEALED.matcher(text).find()) {
            throw new CommandFailed(
                    ExitCode.USAGE,
                    "the key in %s is not sealed with a passphrase; seal it with: %s"
                            .formatted(path, SealedKey.BY_OPENSSL));
        }
        throw new CommandFailed(
                ExitCode.USAGE,
                path + " is no file of a private key; breakwater release keys new makes one");
    }

    private String content() {
        try (InputStream in = Files.newInputStream(path)) {
            if (!OWNER.containsAll(Files.getPosixFilePermissions(path))) {
                throw new CommandFailed(
                        ExitCode.CANNOT_START,
                        "the key %s can be read by others; run: chmod 0600 %s"
                                .formatted(path, path));
            }
            byte[] content = in.readNBytes(BYTES_MAX + 1);
            if (content.length > BYTES_MAX) {
                throw new CommandFailed(
                        ExitCode.USAGE, path + " is larger than 16 KiB: it is no file of a key");
            }
            return new String(content, StandardCharsets.ISO_8859_1);
        } catch (IOException unreadable) {
            throw new CommandFailed(
                    ExitCode.CANNOT_START,
                    "the key %s cannot be read: %s".formatted(path, unreadable),
                    unreadable);
        }
    }

    /** One block (RFC 7468 section 2). */
    static String pem(String label, byte[] content) {
        byte[] text = Base64.getMimeEncoder(LINE_CHARACTERS, new byte[] {'\n'}).encode(content);
        String block =
                "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n"
                        .formatted(label, new String(text, StandardCharsets.US_ASCII));
        Arrays.fill(text, (byte) 0);
        return block;
    }
}
