/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import dev.breakwater.server.api.page.Html;
import dev.breakwater.server.member.Factor;
import dev.breakwater.server.member.LogIn;

/**
 * The pages of a log-in through an identity provider: where it begins, and where the browser comes
 * back. They stand for a console until there is one. One script of this server's own makes the
 * requests; it is given what it needs in attributes, and nothing of the provider's is on a page.
 */
final class OidcPages {

    /** One script, this server's own, which may ask this server and nobody else. */
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
                    + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static final String SCRIPT = "/api/v1/pages/log-in.js";

    private OidcPages() {}

    /** Where it begins. */
    static Reply start(String provider) {
        Html html = Html.page("Log in", SCRIPT).open("main").element("h1", "Log in");
        html.element("button", "Log in with " + provider, "id", "begin", "type", "button");
        message(html);
        html.element("h2", "The first time");
        html.element(
                "p",
                "Link your account at "
                        + provider
                        + " to your account here: log in once with your password.");
        html.open("form", "id", "link");
        field(html, "email", "email", "Address", "username");
        field(html, "password", "password", "Password", "current-password");
        field(html, "code", "text", "Code of your app, if you have one", "one-time-code");
        html.element("button", "Link", "type", "submit").close("form").close("main");
        return page(html);
    }

    /** The session has begun. */
    static Reply loggedIn(String name) {
        Html html = Html.page("Logged in", false).open("main").element("h1", "Logged in");
        html.element("p", "This browser has a session of " + name + ".");
        html.element("a", "All operations", "href", "/api/v1/reference").close("main");
        return page(html);
    }

    /** The account here is linked. */
    static Reply linked(String provider) {
        Html html = Html.page("Linked", false).open("main").element("h1", "Linked");
        html.element("p", "From now on you can log in with " + provider + ".");
        html.element("a", "Log in", "href", "/api/v1/oidc-log-ins").close("main");
        return page(html);
    }

    /** The second factor is missing. */
    static Reply secondFactor(LogIn.Outcome.SecondFactorNeeded needed) {
        Html html = Html.page("Second factor", SCRIPT).open("main");
        html.element("h1", "One thing more");
        boolean app = needed.kinds().contains(Factor.Kind.TOTP);
        html.element(
                "p",
                app
                        ? "Type the code that your app shows, or a recovery code."
                        : "Type a recovery code. This page does not know passkeys.");
        html.open("form", "id", "prove", "data-challenge", needed.question().challenge());
        field(html, "code", "text", "Code", "one-time-code");
        html.element("button", "Go on", "type", "submit").close("form");
        message(html);
        html.close("main");
        return page(html);
    }

    /** One page for everything that may be wrong. */
    static Reply refused(int status, String text) {
        Html html = Html.page("Not logged in", false).open("main").element("h1", "Not logged in");
        html.element("p", text);
        html.element(
                "p",
                "Begin again. If it fails again: your account here has to be linked first, by you,"
                        + " and the log of your organization or of the server says more.");
        html.element("a", "Begin again", "href", "/api/v1/oidc-log-ins").close("main");
        return Reply.refusal(status, html.end()).with("Content-Security-Policy", POLICY);
    }

    private static void field(Html html, String id, String type, String label, String fill) {
        html.element("label", label, "for", id);
        html.open("input", "id", id, "type", type, "autocomplete", fill, "maxlength", "256");
    }

    private static void message(Html html) {
        html.element("p", "", "id", "message", "role", "status");
    }

    private static Reply page(Html html) {
        return Reply.bytes("text/html", html.end()).with("Content-Security-Policy", POLICY);
    }
}
