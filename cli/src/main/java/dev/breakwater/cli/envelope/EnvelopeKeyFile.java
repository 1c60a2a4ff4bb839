/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.envelope;

import dev.breakwater.ca.sealing.PassphraseSeal;
import dev.breakwater.ca.sealing.SealingKeyUnavailable;
import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.protocol.envelope.RecipientKey;
import dev.breakwater.protocol.envelope.RecipientKeyPair;
import dev.breakwater.protocol.envelope.Suite;
import dev.breakwater.protocol.envelope.Validity;
import dev.breakwater.protocol.sealing.DurableFile;
import dev.breakwater.protocol.sealing.SecretText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * A key of the organization's own in a file: a JSON object with the public half in clear and the
 * private one sealed with a passphrase ({@link PassphraseSeal}), bound to that public half.
 *
 * @param path where it is
 */
record EnvelopeKeyFile(Path path) {

    private static final String KIND = "breakwater-envelope-key";
    private static final int FILE_BYTES_MAX = 4_096;
    private static final Suite SUITE = Suite.X25519_CHACHA20_POLY1305;
    private static final Validity ALWAYS =
            new Validity(Instant.EPOCH, Instant.parse("9999-12-31T00:00:00Z"));
    private static final Set<PosixFilePermission> OWNER =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    /** Makes the file with a fresh key; one that is there is not replaced. */
    RecipientKey create(SecretText passphrase) {
        RecipientKeyPair pair = RecipientKeyPair.fresh(SUITE, ALWAYS);
        byte[] privateKey = pair.privateKey();
        try {
            RecipientKey published = pair.published();
            byte[] sealed = PassphraseSeal.seal(privateKey, context(published), passphrase);
            String text =
                    JsonNodeFactory.instance
                            .objectNode()
                            .put("kind", KIND)
                            .put("suite", SUITE.number())
                            .put("publicKey", base64(published.encoded()))
                            .put("sealedPrivateKey", base64(sealed))
                            .toPrettyString();
            DurableFile.create(path, (text + "\n").getBytes(StandardCharsets.UTF_8));
            return published;
        } catch (SealingKeyUnavailable tooShort) {
            throw new CommandFailed(
                    ExitCode.USAGE, tooShort.getMessage() + "; nothing was made", tooShort);
        } catch (FileAlreadyExistsException there) {
            throw new CommandFailed(
                    ExitCode.CANNOT_START, path + " is there already and is not replaced", there);
        } catch (IOException unwritable) {
            throw new CommandFailed(
                    ExitCode.CANNOT_START, path + " cannot be written: " + unwritable, unwritable);
        } finally {
            Arrays.fill(privateKey, (byte) 0);
            pair.destroy();
        }
    }

    /** The public half, for which nobody needs the passphrase. */
    RecipientKey published() {
        return published(content());
    }

    /** Both halves; the caller destroys them. */
    RecipientKeyPair open(SecretText passphrase) {
        requireOwnerOnly();
        JsonNode content = content();
        RecipientKey published = published(content);
        byte[] privateKey = new byte[0];
        try {
            privateKey =
                    PassphraseSeal.open(
                            bytes(content, "sealedPrivateKey"), context(published), passphrase);
            return RecipientKeyPair.of(SUITE, privateKey, ALWAYS);
        } catch (SealingKeyUnavailable wrong) {
            throw new CommandFailed(
                    ExitCode.REFUSED,
                    "the key " + path + " does not open: " + wrong.getMessage(),
                    wrong);
        } catch (IllegalArgumentException malformed) {
            throw noKeyFile(malformed);
        } finally {
            Arrays.fill(privateKey, (byte) 0);
        }
    }

    private RecipientKey published(JsonNode content) {
        if (!content.path("kind").asString("").equals(KIND)
                || content.path("suite").asInt(0) != SUITE.number()) {
            throw noKeyFile(null);
        }
        try {
            return RecipientKey.of(SUITE, bytes(content, "publicKey"), ALWAYS);
        } catch (IllegalArgumentException malformed) {
            throw noKeyFile(malformed);
        }
    }

    private JsonNode content() {
        try (InputStream in = Files.newInputStream(path)) {
            return JsonMapper.shared().readTree(in.readNBytes(FILE_BYTES_MAX));
        } catch (JacksonException malformed) {
            throw noKeyFile(malformed);
        } catch (IOException unreadable) {
            throw new CommandFailed(
                    ExitCode.CANNOT_START,
                    "the key file " + path + " cannot be read: " + unreadable,
                    unreadable);
        }
    }

    private void requireOwnerOnly() {
        try {
            if (!OWNER.containsAll(Files.getPosixFilePermissions(path))) {
                throw new CommandFailed(
                        ExitCode.CANNOT_START,
                        "the key file " + path + " can be read by others; run: chmod 0600 " + path);
            }
        } catch (IOException unreadable) {
            throw new CommandFailed(
                    ExitCode.CANNOT_START,
                    "the key file " + path + " cannot be read: " + unreadable,
                    unreadable);
        }
    }

    private CommandFailed noKeyFile(@Nullable Exception cause) {
        String sentence = path + " is no key file; breakwater envelope new-key makes one";
        return cause == null
                ? new CommandFailed(ExitCode.USAGE, sentence)
                : new CommandFailed(ExitCode.USAGE, sentence, cause);
    }

    private static byte[] bytes(JsonNode content, String member) {
        return Base64.getDecoder().decode(content.path(member).asString(""));
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** Whoever swaps the public half for another one breaks the seal. */
    private static byte[] context(RecipientKey published) {
        return (KIND + " " + published.sha256()).getBytes(StandardCharsets.US_ASCII);
    }
}
