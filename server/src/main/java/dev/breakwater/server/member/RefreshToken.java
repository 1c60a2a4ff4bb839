/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.member;

import dev.breakwater.protocol.SecureBytes;
import dev.breakwater.server.account.SecretDigest;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a session goes on with: {@code bwr_<session>_<64 hexadecimal digits>_<64 more>}. The first
 * secret stays with the session until its member proves something anew, and proves that a token was
 * once good; the second changes with each use. So a token that was used already is told from one
 * that somebody made up, and only the former ends the session: knowing a session's id is not enough
 * to end it.
 */
public final class RefreshToken {

    private static final Pattern FORM =
            Pattern.compile(
                    "bwr_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})_([0-9a-f]{64})_([0-9a-f]{64})");
    private static final int SECRET_BYTES = 32;

    private final SessionId session;
    private final String lasting;
    private final String passing;

    private RefreshToken(SessionId session, String lasting, String passing) {
        this.session = session;
        this.lasting = lasting;
        this.passing = passing;
    }

    static RefreshToken fresh(SessionId session) {
        return new RefreshToken(session, secret(), secret());
    }

    static Optional<RefreshToken> parse(String text) {
        Matcher form = FORM.matcher(text);
        return form.matches()
                ? Optional.of(
                        new RefreshToken(
                                SessionId.parse(form.group(1)), form.group(2), form.group(3)))
                : Optional.empty();
    }

    /** The next one of the same session. */
    RefreshToken next() {
        return new RefreshToken(session, lasting, secret());
    }

    SessionId session() {
        return session;
    }

    /** Of the session's secret, so that an access token proves it too. */
    SecretDigest lastingDigest() {
        return lastingDigest(sessionSecret());
    }

    /** What the store has of a session whose secret is this. */
    static SecretDigest lastingDigest(byte[] sessionSecret) {
        return SecretDigest.of("lasting " + HexFormat.of().formatHex(sessionSecret));
    }

    SecretDigest passingDigest() {
        return SecretDigest.of(passing);
    }

    /** A secret of the session that follows from what its owner holds and the server does not. */
    byte[] sessionSecret() {
        return HexFormat.of().parseHex(SecretDigest.of("session " + lasting).hex());
    }

    /** The whole token, to be handed to its owner once. */
    public String reveal() {
        return "bwr_" + session + "_" + lasting + "_" + passing;
    }

    @Override
    public String toString() {
        return "bwr_" + session + "_[REDACTED]";
    }

    private static String secret() {
        byte[] bytes = SecureBytes.fresh(SECRET_BYTES);
        return HexFormat.of().formatHex(bytes);
    }
}
