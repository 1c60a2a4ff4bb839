/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.demo;

import java.nio.ByteBuffer;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.util.encoders.Base32;

/** The app on somebody's phone (RFC 6238): six digits, new ones every 30 seconds. */
public final class AuthenticatorApp {

    private static final String ALGORITHM = "HmacSHA1";
    private static final long STEP_SECONDS = 30;

    private final SecretKeySpec secret;
    private final Clock clock;
    private long lastStep;

    /**
     * Takes over what the server shows.
     *
     * @param secret base32, as it is typed
     */
    public AuthenticatorApp(String secret, Clock clock) {
        this.secret = new SecretKeySpec(Base32.decode(secret), ALGORITHM);
        this.clock = clock;
    }

    /**
     * Digits that were not shown before. The server takes none twice; where a person would wait for
     * half a minute, this app's clock runs half a minute ahead, which the server allows for.
     */
    public synchronized String next() {
        lastStep = Math.max(lastStep + 1, clock.instant().getEpochSecond() / STEP_SECONDS);
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(secret);
            byte[] hash = mac.doFinal(ByteBuffer.allocate(Long.BYTES).putLong(lastStep).array());
            int offset = hash[hash.length - 1] & 0x0f;
            int number = ByteBuffer.wrap(hash, offset, Integer.BYTES).getInt() & Integer.MAX_VALUE;
            return "%06d".formatted(number % 1_000_000);
        } catch (NoSuchAlgorithmException | InvalidKeyException impossible) {
            throw new IllegalStateException("every Java runtime has HmacSHA1", impossible);
        }
    }
}
