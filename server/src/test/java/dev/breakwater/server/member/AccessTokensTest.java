/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.member;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.breakwater.testkit.TestClock;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccessTokensTest {

    private static final byte[] SECRET = new byte[32];
    private static final byte[] KEY = new byte[32];

    private final TestClock clock = TestClock.atPresent();
    private final AccessTokens tokens = new AccessTokens(clock, KEY);
    private final SessionId session = SessionId.fresh();

    @Test
    void readsWhatItSigned() {
        AccessTokens.Issued issued = tokens.issue(session, SECRET);
        AccessTokens.Claims claims = tokens.read(issued.text()).orElseThrow();
        assertThat(claims.session()).isEqualTo(session);
        assertThat(claims.sessionSecret()).isEqualTo(SECRET);
        assertThat(claims.expiresAt()).isBeforeOrEqualTo(clock.instant().plus(AccessTokens.LIFE));
        assertThat(issued.toString()).doesNotContain(issued.text());
    }

    @Test
    void doesNotReadAnotherProcesssTokens() {
        assertThat(new AccessTokens(clock).read(tokens.issue(session, SECRET).text())).isEmpty();
    }

    /**
     * The key confusion of old libraries: whoever knows the key id signs with a key of their own.
     */
    @Test
    void doesNotReadATokenUnderAForeignKeyWithOurKeyId() throws Exception {
        SignedJWT ours = SignedJWT.parse(tokens.issue(session, SECRET).text());
        SignedJWT forged = new SignedJWT(ours.getHeader(), ours.getJWTClaimsSet());
        byte[] foreign = KEY.clone();
        foreign[0]++;
        forged.sign(new MACSigner(foreign));
        assertThat(tokens.read(forged.serialize())).isEmpty();
    }

    @Test
    void doesNotReadAnUnsignedToken() {
        String[] parts = tokens.issue(session, SECRET).text().split("\\.", -1);
        for (String header :
                new String[] {"{\"alg\":\"none\"}", "{\"alg\":\"none\",\"typ\":\"at+jwt\"}"}) {
            String none = encode(header);
            assertThat(tokens.read(none + "." + parts[1] + ".")).isEmpty();
            assertThat(tokens.read(none + "." + parts[1] + "." + parts[2])).isEmpty();
        }
    }

    @Test
    void doesNotReadATokenThatWasTouched() {
        String text = tokens.issue(session, SECRET).text();
        String[] parts = text.split("\\.", -1);
        String claims =
                new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8)
                        .replace(session.toString(), SessionId.fresh().toString());
        assertThat(tokens.read(parts[0] + "." + encode(claims) + "." + parts[2])).isEmpty();
        assertThat(tokens.read(text.substring(0, text.length() - 1))).isEmpty();
    }

    /** A token of another kind is not one of ours, even under our very key. */
    @Test
    void doesNotReadAnotherTypeAudienceIssuerOrKeyId() throws Exception {
        SignedJWT ours = SignedJWT.parse(tokens.issue(session, SECRET).text());
        JWSHeader header = ours.getHeader();
        JWTClaimsSet claims = ours.getJWTClaimsSet();
        assertThat(tokens.read(signed(header, claims))).isPresent();

        JWSHeader typed =
                new JWSHeader.Builder(JWSAlgorithm.HS256)
                        .type(JOSEObjectType.JWT)
                        .keyID(header.getKeyID())
                        .build();
        assertThat(tokens.read(signed(typed, claims))).isEmpty();
        JWSHeader ofNoKey =
                new JWSHeader.Builder(JWSAlgorithm.HS256).type(header.getType()).build();
        assertThat(tokens.read(signed(ofNoKey, claims))).isEmpty();
        for (JWTClaimsSet other :
                List.of(
                        new JWTClaimsSet.Builder(claims).audience("another").build(),
                        new JWTClaimsSet.Builder(claims)
                                .audience(List.of("breakwater-api", "another"))
                                .build(),
                        new JWTClaimsSet.Builder(claims).issuer("another").build(),
                        new JWTClaimsSet.Builder(claims).expirationTime(null).build(),
                        new JWTClaimsSet.Builder(claims).subject("another").build())) {
            assertThat(tokens.read(signed(header, other))).as(other.toString()).isEmpty();
        }
    }

    private static String signed(JWSHeader header, JWTClaimsSet claims) throws Exception {
        SignedJWT token = new SignedJWT(header, claims);
        token.sign(new MACSigner(KEY));
        return token.serialize();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a.b.c", "e30.e30.e30", "bwt_x", "\u0000.\u0000.\u0000"})
    void doesNotReadNonsense(String text) {
        assertThat(tokens.read(text)).isEmpty();
    }

    private static String encode(String text) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
