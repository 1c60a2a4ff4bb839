/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import dev.breakwater.server.member.KnownSource;
import dev.breakwater.server.member.MemberSessions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * A session's tokens as cookies (RFC 6265bis): bound to this host, to TLS and to our own pages. Two
 * of them no script can read; the third is the one that a page of ours copies into the header
 * Breakwater-CSRF, which no other page can.
 */
final class SessionCookies {

    private static final String KEPT_FROM_SCRIPTS = "; HttpOnly";

    private final Clock clock;

    SessionCookies(Clock clock) {
        this.clock = clock;
    }

    List<String> of(MemberSessions.Granted granted) {
        Instant end = granted.session().expiresAt();
        return List.of(
                cookie(
                        Browser.ACCESS,
                        granted.accessToken(),
                        granted.accessTokenExpiresAt(),
                        KEPT_FROM_SCRIPTS),
                cookie(Browser.REFRESH, granted.refreshToken().reveal(), end, KEPT_FROM_SCRIPTS),
                cookie(Browser.CSRF, granted.csrfToken(), end, ""));
    }

    /** The reply, with the tokens as cookies for whoever goes on by those. */
    Reply with(Reply reply, MemberSessions.Granted granted, boolean byCookie) {
        return byCookie ? reply.withCookies(of(granted)) : reply;
    }

    /** What a browser is known by the next time; it stays when the session ends. */
    String of(KnownSource source) {
        return cookie(
                Browser.KNOWN_SOURCE,
                source.secret().reveal(),
                source.expiresAt(),
                KEPT_FROM_SCRIPTS);
    }

    /** What makes a browser forget them. */
    List<String> gone() {
        Instant now = clock.instant();
        return List.of(
                cookie(Browser.ACCESS, "", now, KEPT_FROM_SCRIPTS),
                cookie(Browser.REFRESH, "", now, KEPT_FROM_SCRIPTS),
                cookie(Browser.CSRF, "", now, ""));
    }

    /**
     * What binds a log-in through an identity provider to this browser. Lax, for the provider's
     * page sends the browser here, and a strict cookie would stay behind; it opens nothing by
     * itself.
     */
    String ofOidc(String secret, Instant until) {
        return "%s=%s; Path=/; Secure; SameSite=Lax; Max-Age=%d%s"
                .formatted(Browser.OIDC, secret, seconds(until), KEPT_FROM_SCRIPTS);
    }

    String oidcGone() {
        return ofOidc("", clock.instant());
    }

    private String cookie(String name, String value, Instant until, String more) {
        return "%s=%s; Path=/; Secure; SameSite=Strict; Max-Age=%d%s"
                .formatted(name, value, seconds(until), more);
    }

    private long seconds(Instant until) {
        return Math.max(0, Duration.between(clock.instant(), until).toSeconds());
    }
}
