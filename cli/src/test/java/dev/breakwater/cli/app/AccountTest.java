/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.cli.client.ScriptedServer;
import dev.breakwater.cli.client.ScriptedServer.Answer;
import dev.breakwater.companion.account.Account;
import dev.breakwater.companion.account.Credentials;
import dev.breakwater.companion.account.InMemorySessionStore;
import dev.breakwater.companion.account.LogInStep;
import dev.breakwater.companion.account.Outcome;
import dev.breakwater.companion.account.OwnEvent;
import dev.breakwater.companion.account.Refusal;
import dev.breakwater.companion.account.RootTrust;
import dev.breakwater.companion.account.ServerAddress;
import dev.breakwater.companion.account.Session;
import dev.breakwater.companion.account.SessionStore;
import dev.breakwater.companion.account.Visitor;
import dev.breakwater.protocol.DeviceId;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an app makes of a server on a bad day. */
@Timeout(60)
class AccountTest {

    private static final Instant NOW = Instant.parse("2026-11-27T06:00:00Z");
    private static final DeviceId TANK = DeviceId.fresh();

    private final InMemorySessionStore store = new InMemorySessionStore();
    private ScriptedServer server;
    private Account account;

    @BeforeEach
    void setUp() throws Exception {
        server = new ScriptedServer("localhost");
        account = new Account(address(), store, InstantSource.fixed(NOW));
        kept("first-access", NOW.plusSeconds(600));
    }

    @AfterEach
    void tearDown() {
        account.close();
        server.close();
    }

    private ServerAddress address() {
        return new ServerAddress(server.address(), RootTrust.parse(server.root().toString()));
    }

    private void kept(String accessToken, Instant ends) throws Exception {
        try (SessionStore.Hold hold = store.hold()) {
            hold.store(new Session("bob@home.example", "first-refresh", accessToken, ends));
        }
    }

    private static Answer tokens() {
        return Answer.json(
                200,
                """
                {"member":{"email":"bob@home.example"},"refreshToken":"next-refresh",
                 "accessToken":"next-access","accessTokenExpiresAt":"2026-11-27T06:10:00Z"}""");
    }

    private static Answer problem(int status, String type) {
        return Answer.json(
                status, "{\"type\":\"/api/v1/problems/" + type + "\",\"title\":\"No.\"}");
    }

    private static Answer events(String text) {
        return new Answer(200, Map.of("Content-Type", "text/event-stream"), text);
    }

    @Test
    void renewsATokenThatEndsAndStoresTheNextBeforeItIsShown() throws Exception {
        kept("old-access", NOW.plusSeconds(5));
        server.willAnswer(tokens(), Answer.json(200, "{\"items\":[]}"));
        assertThat(account.devices().page(Optional.empty())).isInstanceOf(Outcome.Done.class);
        assertThat(server.asked().getFirst().body()).contains("first-refresh");
        assertThat(server.asked().getLast().headers())
                .containsEntry("Authorization", "Bearer next-access");
        assertThat(store.read().orElseThrow().refreshToken()).isEqualTo("next-refresh");
    }

    @Test
    void saysThatASessionIsOver() throws Exception {
        server.willAnswer(problem(401, "authentication-needed"), problem(403, "session-over"));
        assertThat(account.member())
                .isEqualTo(
                        new Outcome.LoggedOut<>(
                                "The session of bob@home.example is over; log in again."));
    }

    @Test
    void sendsWhatMayBeRepeatedAgainUnderTheSameKey() throws Exception {
        server.willAnswer(Answer.closed(), new Answer(204, Map.of(), ""));
        assertThat(account.ownership().reportStolen(TANK)).isInstanceOf(Outcome.Done.class);
        assertThat(server.asked()).hasSize(2);
        assertThat(server.asked().stream().map(asked -> asked.headers().get("Idempotency-Key")))
                .doesNotContainNull();
        assertThat(server.asked().getFirst().headers().get("Idempotency-Key"))
                .isEqualTo(server.asked().getLast().headers().get("Idempotency-Key"));
    }

    @Test
    void showsAPasswordOnceOnly() throws Exception {
        server.willAnswer(Answer.closed());
        try (Visitor visitor = new Visitor(address())) {
            Outcome<LogInStep> outcome =
                    visitor.logIn(
                            new Credentials(
                                    "bob@home.example",
                                    "canary",
                                    Optional.empty(),
                                    Optional.empty()));
            assertThat(outcome).isInstanceOf(Outcome.Unreachable.class);
            assertThat(outcome.toString()).contains("is not known").doesNotContain("canary");
        }
        assertThat(server.asked()).hasSize(1);
    }

    @Test
    void takesNothingThatIsTooLongOrNotUnderstood() throws Exception {
        server.willAnswer(Answer.json(200, "[]"));
        assertThat(account.member()).isInstanceOf(Outcome.Unreachable.class);
        server.willAnswer(Answer.json(200, "{\"id\":1}"));
        assertThat(account.member()).isInstanceOf(Outcome.Unreachable.class);
        String long4MiB = "{\"a\":\"" + "x".repeat(4 << 20) + "\"}";
        server.willAnswer(
                Answer.json(200, long4MiB), Answer.json(200, long4MiB), Answer.json(200, long4MiB));
        assertThat(account.member()).isInstanceOf(Outcome.Unreachable.class);
    }

    @Test
    void followsNoRedirect() throws Exception {
        server.willAnswer(new Answer(302, Map.of("Location", "https://elsewhere.example/"), ""));
        assertThat(account.member())
                .isInstanceOfSatisfying(
                        Outcome.Refused.class,
                        refused ->
                                assertThat(refused.refusal().kind()).isEqualTo(Refusal.Kind.OTHER));
        assertThat(server.asked()).hasSize(1);
    }

    @Test
    void quotesNothingThatCouldDriveAScreen() throws Exception {
        server.willAnswer(
                Answer.json(
                        409,
                        "{\"type\":\"/api/v1/problems/not-possible-now\",\"detail\":\"a\\u001b[2Jb\\u202ec\"}"));
        assertThat(account.ownership().release(TANK))
                .isEqualTo(
                        new Outcome.Refused<>(
                                new Refusal(
                                        Refusal.Kind.NOT_POSSIBLE_NOW,
                                        "a [2Jb c",
                                        Optional.empty())));
    }

    @Test
    void goesOnWatchingWhereTheConnectionBroke() throws Exception {
        String state =
                "id: 7\nevent: state\ndata: {\"device\":\""
                        + TANK
                        + "\",\"reportedVersion\":3,\"desiredVersion\":0}\n\n";
        server.willAnswer(
                events(": hello\n\n" + state + "id: 9\n\n"),
                events("event: end\ndata: {\"reason\":\"credential-over\"}\n\n"),
                tokens(),
                events("id: 12\nevent: reset\ndata: {\"reason\":\"unknown-id\"}\n\n"));
        List<OwnEvent> seen = new ArrayList<>();
        var outcome =
                account.watch()
                        .follow(
                                Optional.of(TANK),
                                event -> {
                                    seen.add(event);
                                    return !(event instanceof OwnEvent.Missed);
                                });
        assertThat(outcome).isInstanceOf(Outcome.Done.class);
        assertThat(seen)
                .containsExactly(
                        new OwnEvent.StateChanged(TANK, 3, 0),
                        new OwnEvent.Broken("The connection has ended."),
                        new OwnEvent.Missed());
        var asked = server.asked();
        assertThat(asked).hasSize(4);
        assertThat(asked.get(1).headers()).containsEntry("Last-Event-ID", "9");
        assertThat(asked.get(3).headers())
                .containsEntry("Last-Event-ID", "9")
                .containsEntry("Authorization", "Bearer next-access");
    }
}
