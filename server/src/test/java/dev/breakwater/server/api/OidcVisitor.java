/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import dev.breakwater.server.api.ApiClient.Answer;
import dev.breakwater.server.oidc.LittleIssuer;

/** A browser that goes to a provider and comes back, one request at a time. */
final class OidcVisitor {

    static final String OURS = "Sec-Fetch-Site: same-origin";

    /** What a browser says of itself when another site's page has sent it here. */
    static final String FROM_PROVIDER = "Sec-Fetch-Site: cross-site";

    private static final String PASSWORD = "{\"password\":\"" + ApiServer.PASSWORD + "\"}";

    private final ApiServer server;
    private final LittleIssuer issuer;

    OidcVisitor(ApiServer server, LittleIssuer issuer) {
        this.server = server;
        this.issuer = issuer;
    }

    /** Begins to log in. */
    Answer begin() {
        return server.anybody().post("/oidc-log-ins", "{}", OURS).has(201);
    }

    /** Begins to link, as a member who is logged in. */
    static Answer beginLink(ApiClient member) {
        return member.post("/me/oidc-links", PASSWORD);
    }

    /** The cookie of what has begun, as a browser sends it. */
    static String cookie(Answer begun) {
        String set = begun.header("Set-Cookie");
        return "Cookie: " + set.substring(0, set.indexOf(';'));
    }

    /** What the provider sends back when this person has logged in there. */
    String visit(Answer begun, String subject) {
        return issuer.visit(begun.text("/authorizationUrl"), subject);
    }

    /** Comes back. */
    Answer comeBack(String query, String cookie) {
        return server.anybody().get("/oidc-log-ins/callback" + query, cookie, FROM_PROVIDER);
    }

    /** Does all of it. */
    Answer goOn(Answer begun, String subject) {
        return comeBack(visit(begun, subject), cookie(begun));
    }

    Answer logIn(String subject) {
        return goOn(begin(), subject);
    }

    Answer link(ApiClient member, String subject) {
        return goOn(beginLink(member).has(201), subject);
    }
}
