/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.server.api.ApiClient.Answer;
import dev.breakwater.server.audit.AuditEntry;
import dev.breakwater.server.oidc.LittleIssuer;
import dev.breakwater.server.refusal.RefusalReason;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A server, a provider that tests may spoil, and a member who may log in by it. */
abstract class OidcScene {

    static final String PAT = "pat@reef.example";

    LittleIssuer issuer;
    ApiServer server;
    ApiClient owner;
    OidcVisitor visitor;
    String pat;

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        issuer = LittleIssuer.start();
        server = new ApiServer(directory, ApiServer.LIMITS, Optional.of(issuer.settings()));
        visitor = new OidcVisitor(server, issuer);
        owner = server.administrator("Reef & Sons");
        pat = server.member(owner, PAT, "operator");
    }

    @AfterEach
    void stop() {
        server.close();
        issuer.close();
    }

    ApiClient patWithPassword() {
        return server.with(server.logIn(PAT).ok("accessToken"));
    }

    void linkPat() {
        visitor.link(patWithPassword(), "pat-7").has(200);
    }

    static String cookieOf(Answer answer, String name) {
        String set =
                answer.headers("Set-Cookie").stream()
                        .filter(cookie -> cookie.startsWith(name + "="))
                        .findFirst()
                        .orElseThrow();
        return "Cookie: " + set.substring(0, set.indexOf(';'));
    }

    /** One page for all, and the reason in log and metric. */
    void refused(Answer answer, RefusalReason reason) {
        answer.has(403);
        assertThat(answer.body())
                .contains("The log-in through the provider did not succeed.")
                .doesNotContain(reason.operatorText());
        assertThat(answer.headers("Set-Cookie")).hasSize(1);
        assertThat(details(reason)).isNotEmpty();
        assertThat(refusals(reason)).isPositive();
    }

    Map<String, String> details(RefusalReason reason) {
        server.settle();
        AuditEntry newest =
                server.audit.allEntries(Long.MAX_VALUE, 100).stream()
                        .filter(entry -> entry.action().equals("api.refused"))
                        .findFirst()
                        .orElseThrow();
        assertThat(newest.details()).containsEntry("reason", reason.code());
        return newest.details();
    }

    AuditEntry newest(String action) {
        server.settle();
        return server.audit.allEntries(Long.MAX_VALUE, 100).stream()
                .filter(entry -> entry.action().equals(action))
                .findFirst()
                .orElseThrow();
    }

    double refusals(RefusalReason reason) {
        return server
                .meters
                .find("breakwater.refusals")
                .tag("reason", reason.code())
                .counters()
                .stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }
}
