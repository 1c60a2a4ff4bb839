/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.server.api.ApiClient.Answer;
import dev.breakwater.server.api.AuditedOperationsTest.Scene;
import java.util.Map;

/** How each operation of a log-in through a provider is performed with success. */
final class OidcScenes {

    private final ApiServer server;
    private final ApiClient owner;
    private final OidcVisitor visitor;

    OidcScenes(ApiServer server, ApiClient owner, OidcVisitor visitor) {
        this.server = server;
        this.owner = owner;
        this.visitor = visitor;
    }

    void addTo(Map<String, Scene> scenes) {
        scenes.put("beginOidcLogIn", () -> visitor::begin);
        scenes.put(
                "beginOidcLink",
                () -> {
                    ApiClient member = member("begins");
                    return () -> OidcVisitor.beginLink(member);
                });
        scenes.put("finishOidcLogIn", this::finish);
        scenes.put(
                "removeOwnOidcLink",
                () -> {
                    ApiClient member = member("unlinks");
                    visitor.link(member, "unlinks").has(200);
                    String link = member.get("/me/oidc-links").text("/items/0/id");
                    return () -> member.delete("/me/oidc-links/" + link);
                });
    }

    /** It leaves one entry or the other: this does both. */
    private AuditedOperationsTest.Call finish() {
        Answer linking = OidcVisitor.beginLink(member("links")).has(201);
        return () -> {
            visitor.goOn(linking, "links").has(200);
            Answer in = visitor.logIn("links").has(200);
            assertThat(in.headers("Set-Cookie")).hasSize(4);
            return in;
        };
    }

    private ApiClient member(String name) {
        String email = name + "@provider.example";
        server.member(owner, email, "support");
        return server.with(server.logIn(email).ok("accessToken"));
    }
}
