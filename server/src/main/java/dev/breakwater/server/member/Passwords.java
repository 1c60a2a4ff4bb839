/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.member;

import dev.breakwater.protocol.SecureBytes;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.text.Normalizer;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * Argon2id (RFC 9106) with 19 MiB and two passes, the least that OWASP's password storage guide
 * asks for. It is made to be slow, so only a few run at a time: a flood of log-ins queues here and
 * leaves processors and memory to everybody else. Blocks.
 */
final class Passwords {

    private static final int MEMORY_KIB = 19 * 1024;
    private static final int PASSES = 2;
    private static final int LANES = 1;
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;
    private static final int AT_A_TIME = 2;

    private static final Pattern FORM =
            Pattern.compile(
                    "\\$argon2id\\$v=19\\$m=(\\d{1,7}),t=(\\d{1,3}),p=(\\d{1,2})\\$([A-Za-z0-9+/]{22})\\$([A-Za-z0-9+/]{43})");

    /**
     * Threads of the system, which takes the processor from them: a virtual thread that computes
     * keeps it, and two of them would stop all the others of a small machine.
     */
    private final ExecutorService places =
            Executors.newFixedThreadPool(
                    AT_A_TIME, Thread.ofPlatform().daemon().name("password-", 0).factory());

    /**
     * What is compared with when there is nothing to compare with, so that both take the same time.
     */
    private final PasswordHash nobodys;

    private final Derivation derivation;

    Passwords() {
        this(Passwords::argon2id);
    }

    /** Passwords that cost this work. */
    Passwords(Derivation derivation) {
        this.derivation = derivation;
        this.nobodys = hash(Base64.getEncoder().encodeToString(salt()));
    }

    /** What it takes to look at one password. */
    interface Derivation {
        byte[] derive(byte[] password, byte[] salt, Cost cost);
    }

    PasswordHash hash(String password) {
        byte[] salt = salt();
        Cost cost = new Cost(MEMORY_KIB, PASSES, LANES);
        Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
        return new PasswordHash(
                "$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s"
                        .formatted(
                                cost.memoryKib,
                                cost.passes,
                                cost.lanes,
                                base64.encodeToString(salt),
                                base64.encodeToString(derive(password, salt, cost))));
    }

    /** Whether it is the password; false, after the same work, where there is none. */
    boolean matches(String password, Optional<PasswordHash> stored) {
        Matcher form = FORM.matcher(stored.orElse(nobodys).text());
        if (!form.matches()) {
            throw new IllegalStateException("a stored password hash is not of our form");
        }
        Cost cost =
                new Cost(
                        Integer.parseInt(form.group(1)),
                        Integer.parseInt(form.group(2)),
                        Integer.parseInt(form.group(3)));
        byte[] expected = Base64.getDecoder().decode(form.group(5));
        byte[] found = derive(password, Base64.getDecoder().decode(form.group(4)), cost);
        return MessageDigest.isEqual(expected, found) && stored.isPresent();
    }

    /** How much work it is. */
    record Cost(int memoryKib, int passes, int lanes) {}

    private byte[] derive(String password, byte[] salt, Cost cost) {
        // One keyboard writes an umlaut as one character and another as two.
        byte[] normal =
                Normalizer.normalize(password, Normalizer.Form.NFKC)
                        .getBytes(StandardCharsets.UTF_8);
        return CompletableFuture.supplyAsync(() -> derivation.derive(normal, salt, cost), places)
                .join();
    }

    private static byte[] argon2id(byte[] password, byte[] salt, Cost cost) {
        Argon2BytesGenerator generator = new Argon2BytesGenerator();
        generator.init(
                new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                        .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                        .withMemoryAsKB(cost.memoryKib)
                        .withIterations(cost.passes)
                        .withParallelism(cost.lanes)
                        .withSalt(salt)
                        .build());
        byte[] hash = new byte[HASH_BYTES];
        generator.generateBytes(password, hash);
        return hash;
    }

    private static byte[] salt() {
        return SecureBytes.fresh(SALT_BYTES);
    }
}
