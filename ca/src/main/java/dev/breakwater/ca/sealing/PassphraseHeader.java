/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca.sealing;

import dev.breakwater.protocol.sealing.SealingKey;
import dev.breakwater.protocol.sealing.SecretText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * The header beside a passphrase, in binary: 8 bytes of magic and version, three 32-bit numbers
 * (memory in KiB, iterations, lanes), 16 bytes of salt, and an empty value sealed under the derived
 * key as verifier.
 */
final class PassphraseHeader {

    static final int SALT_BYTES = 16;

    private static final byte[] MAGIC = "BWPASS\0\1".getBytes(StandardCharsets.US_ASCII);
    private static final int VERIFIER_BYTES = 29;
    static final int PARAMETER_BYTES = MAGIC.length + 3 * Integer.BYTES + SALT_BYTES;

    /** The second recommended choice of RFC 9106 section 4: 64 MiB, 3 passes, 4 lanes. */
    private static final int MEMORY_KIB = 64 * 1024;

    private static final int ITERATIONS = 3;
    private static final int LANES = 4;

    /** A changed file must not make us allocate the whole memory, or derive for an hour. */
    private static final int MEMORY_KIB_MAX = 1024 * 1024;

    private static final int ITERATIONS_MAX = 16;
    private static final int LANES_MAX = 16;

    private final byte[] parameters;
    private final byte[] verifier;

    private PassphraseHeader(byte[] parameters, byte[] verifier) {
        this.parameters = parameters;
        this.verifier = verifier;
    }

    static PassphraseHeader withDefaultCost(byte[] salt) {
        byte[] parameters =
                ByteBuffer.allocate(PARAMETER_BYTES)
                        .put(MAGIC)
                        .putInt(MEMORY_KIB)
                        .putInt(ITERATIONS)
                        .putInt(LANES)
                        .put(salt)
                        .array();
        return new PassphraseHeader(parameters, new byte[0]);
    }

    PassphraseHeader withVerifier(byte[] sealed) {
        return new PassphraseHeader(parameters, sealed);
    }

    static PassphraseHeader read(Path file) throws IOException, SealingKeyUnavailable {
        byte[] content;
        try (InputStream in = Files.newInputStream(file)) {
            content = in.readNBytes(PARAMETER_BYTES + VERIFIER_BYTES + 1);
        }
        PassphraseHeader header =
                content.length == PARAMETER_BYTES + VERIFIER_BYTES
                        ? new PassphraseHeader(
                                Arrays.copyOf(content, PARAMETER_BYTES),
                                Arrays.copyOfRange(content, PARAMETER_BYTES, content.length))
                        : new PassphraseHeader(new byte[PARAMETER_BYTES], new byte[0]);
        if (!header.isWithinLimits()) {
            throw new SealingKeyUnavailable(
                    file + " is not a passphrase header of ours; restore it from a backup");
        }
        return header;
    }

    /** That of what was sealed without a verifier, if it is one of ours. */
    static Optional<PassphraseHeader> of(byte[] parameters) {
        return Optional.of(new PassphraseHeader(parameters.clone(), new byte[0]))
                .filter(PassphraseHeader::isWithinLimits);
    }

    /** What the passphrase comes to with this salt and cost; the caller destroys it. */
    SealingKey derive(SecretText passphrase) {
        byte[] password = passphrase.utf8();
        byte[] derived = new byte[SealingKey.KEY_BYTES];
        Argon2BytesGenerator argon2 = new Argon2BytesGenerator();
        argon2.init(
                new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                        .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                        .withMemoryAsKB(memoryKib())
                        .withIterations(iterations())
                        .withParallelism(lanes())
                        .withSalt(salt())
                        .build());
        argon2.generateBytes(password, derived);
        try {
            return SealingKey.of(derived);
        } finally {
            Arrays.fill(password, (byte) 0);
            Arrays.fill(derived, (byte) 0);
        }
    }

    byte[] encoded() {
        return ByteBuffer.allocate(parameters.length + verifier.length)
                .put(parameters)
                .put(verifier)
                .array();
    }

    byte[] parameters() {
        return parameters.clone();
    }

    byte[] verifier() {
        return verifier.clone();
    }

    int memoryKib() {
        return number(0);
    }

    int iterations() {
        return number(1);
    }

    int lanes() {
        return number(2);
    }

    byte[] salt() {
        return Arrays.copyOfRange(parameters, PARAMETER_BYTES - SALT_BYTES, PARAMETER_BYTES);
    }

    private int number(int index) {
        return ByteBuffer.wrap(parameters).getInt(MAGIC.length + index * Integer.BYTES);
    }

    private boolean isWithinLimits() {
        return parameters.length == PARAMETER_BYTES
                && Arrays.equals(MAGIC, 0, MAGIC.length, parameters, 0, MAGIC.length)
                && lanes() >= 1
                && lanes() <= LANES_MAX
                && memoryKib() >= 8 * lanes()
                && memoryKib() <= MEMORY_KIB_MAX
                && iterations() >= 1
                && iterations() <= ITERATIONS_MAX;
    }
}
