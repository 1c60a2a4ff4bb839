/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.member;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.breakwater.protocol.SecureBytes;
import dev.breakwater.protocol.TimeOrderedUuid;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Signed access tokens (RFC 9068 in form). The server is their only reader, so they are signed with
 * HMAC-SHA256 under a key that is made at the start and never leaves the process: a stolen database
 * signs nothing, and after a restart a refresh token gives a new one. Thread-safe.
 */
final class AccessTokens {

    static final Duration LIFE = Duration.ofMinutes(10);

    private static final JWSAlgorithm ALGORITHM = JWSAlgorithm.HS256;
    private static final JOSEObjectType TYPE = new JOSEObjectType("at+jwt");
    private static final String ISSUER = "breakwater";
    private static final String AUDIENCE = "breakwater-api";
    private static final String SECRET = "sec";
    private static final int KEY_BYTES = 32;

    private final String keyId = TimeOrderedUuid.fresh().toString();
    private final MACSigner signer;
    private final MACVerifier verifier;
    private final Clock clock;

    AccessTokens(Clock clock) {
        this(clock, freshKey());
    }

    /** Tokens under this key, of 32 bytes. */
    AccessTokens(Clock clock, byte[] key) {
        this.clock = clock;
        try {
            this.signer = new MACSigner(key);
            this.verifier = new MACVerifier(key);
        } catch (JOSEException impossible) {
            throw new IllegalStateException("32 bytes are a key for HMAC-SHA256", impossible);
        }
    }

    private static byte[] freshKey() {
        return SecureBytes.fresh(KEY_BYTES);
    }

    /** A token and its end. */
    record Issued(String text, Instant expiresAt) {

        @Override
        public String toString() {
            return "access token [REDACTED] until " + expiresAt;
        }
    }

    /** What a good token says. */
    @SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
    record Claims(SessionId session, Instant expiresAt, byte[] sessionSecret) {

        @Override
        public String toString() {
            return "claims for session " + session;
        }
    }

    Issued issue(SessionId session, byte[] sessionSecret) {
        Instant now = clock.instant();
        Instant expiresAt = now.plus(LIFE);
        JWTClaimsSet claims =
                new JWTClaimsSet.Builder()
                        .issuer(ISSUER)
                        .audience(AUDIENCE)
                        .subject(session.toString())
                        .issueTime(Date.from(now))
                        .expirationTime(Date.from(expiresAt))
                        .claim(SECRET, HexFormat.of().formatHex(sessionSecret))
                        .build();
        SignedJWT token =
                new SignedJWT(
                        new JWSHeader.Builder(ALGORITHM).type(TYPE).keyID(keyId).build(), claims);
        try {
            token.sign(signer);
        } catch (JOSEException impossible) {
            throw new IllegalStateException("HMAC-SHA256 signs whatever it is given", impossible);
        }
        return new Issued(token.serialize(), expiresAt);
    }

    /** What the token says, if we signed it for this use; its time is left to the caller. */
    Optional<Claims> read(String text) {
        try {
            SignedJWT token = SignedJWT.parse(text);
            JWSHeader header = token.getHeader();
            // Nothing in the header chooses: there is one algorithm, one type and one key.
            if (!ALGORITHM.equals(header.getAlgorithm())
                    || !TYPE.equals(header.getType())
                    || !keyId.equals(header.getKeyID())
                    || !token.verify(verifier)) {
                return Optional.empty();
            }
            JWTClaimsSet claims = token.getJWTClaimsSet();
            if (!ISSUER.equals(claims.getIssuer())
                    || !List.of(AUDIENCE).equals(claims.getAudience())
                    || claims.getExpirationTime() == null) {
                return Optional.empty();
            }
            return Optional.of(
                    new Claims(
                            SessionId.parse(claims.getSubject()),
                            claims.getExpirationTime().toInstant(),
                            HexFormat.of().parseHex(claims.getStringClaim(SECRET))));
        } catch (ParseException | JOSEException | IllegalArgumentException foreign) {
            return Optional.empty();
        }
    }
}
