/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import dev.breakwater.server.api.contract.Contract;
import dev.breakwater.server.api.page.Html;
import dev.breakwater.server.api.page.ReferencePage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;

/** Pages for people, and what they load. */
final class PageOperations {

    /** Nothing from elsewhere, nothing inline, and no script at all. */
    private static final String NO_SCRIPT =
            "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none';"
                    + " frame-ancestors 'none'";

    /** The reference runs one script, this server's own. */
    private static final String OWN_SCRIPT =
            "default-src 'none'; script-src 'self'; style-src 'self'; base-uri 'none';"
                    + " form-action 'none'; frame-ancestors 'none'";

    private final byte[] style = resource("style.css");
    private final byte[] search = resource("search.js");
    private final byte[] logIn = resource("log-in.js");
    private final byte[] reference;

    /** Renders the reference once: the document does not change while the server runs. */
    PageOperations(Contract contract) {
        this.reference = ReferencePage.of(contract);
    }

    void register(Handlers handlers) {
        handlers.open("getProblemType", PageOperations::problem)
                .open("getReference", call -> page(reference, OWN_SCRIPT))
                .open("getPageStyle", call -> Reply.bytes("text/css", style))
                .open("getSearchScript", call -> Reply.bytes("text/javascript", search))
                .open("getLogInScript", call -> Reply.bytes("text/javascript", logIn));
    }

    private static Reply problem(Call call) {
        ProblemType type = ProblemType.parse(call.values().text("problemType"));
        Html html = Html.page(type.title(), false).open("main");
        html.element("h1", type.title());
        html.element("p", type.meaning());
        html.element("h2", "What to do");
        html.element("p", type.remedy());
        html.open("dl");
        html.element("dt", "type").open("dd").element("code", type.uri()).close("dd");
        html.element("dt", "status");
        html.open("dd").element("code", Integer.toString(type.status())).close("dd");
        html.close("dl");
        html.element("a", "All operations", "href", "/api/v1/reference").close("main");
        return page(html.end(), NO_SCRIPT);
    }

    private static Reply page(byte[] html, String policy) {
        return Reply.bytes("text/html", html).with("Content-Security-Policy", policy);
    }

    private static byte[] resource(String name) {
        try (InputStream bytes =
                Objects.requireNonNull(Html.class.getResourceAsStream(name), name)) {
            return bytes.readAllBytes();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(name + " cannot be read", unreadable);
        }
    }
}
