/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.time.Clock;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.util.encoders.Base32;

/** An authenticator app that a member of these tests has set up (RFC 6238), by its own code. */
final class TotpApp {

    private final ApiClient member;
    private final Clock clock;
    private final byte[] secret;
    private final String factorId;

    /** Begins with the server; the factor waits to be confirmed. */
    TotpApp(ApiClient member, Clock clock) {
        this(
                member,
                clock,
                member.post(
                                "/me/totp",
                                "{\"name\":\"App\",\"password\":\"%s\"}"
                                        .formatted(ApiServer.PASSWORD))
                        .has(201));
    }

    /** Of what the server answered to its beginning. */
    TotpApp(ApiClient member, Clock clock, ApiClient.Answer begun) {
        this.member = member;
        this.clock = clock;
        this.secret = Base32.decode(begun.text("/secret"));
        this.factorId = begun.text("/factor/id");
    }

    String factorId() {
        return factorId;
    }

    ApiClient.Answer confirm() {
        return member.post(
                "/me/factors/" + factorId + "/confirmation", "{\"totp\":\"" + code(0) + "\"}");
    }

    /** What the app shows, some steps of 30 seconds from now. */
    String code(int stepsAhead) {
        long step = clock.instant().getEpochSecond() / 30 + stepsAhead;
        try {
            Mac mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(secret, "HmacSHA1"));
            byte[] hash = mac.doFinal(ByteBuffer.allocate(Long.BYTES).putLong(step).array());
            int offset = hash[hash.length - 1] & 0x0f;
            int truncated = ByteBuffer.wrap(hash, offset, 4).getInt() & 0x7fffffff;
            return String.format("%06d", truncated % 1_000_000);
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
