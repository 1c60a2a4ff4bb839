/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.cli.client.ScriptedServer;
import dev.breakwater.cli.client.ScriptedServer.Answer;
import dev.breakwater.companion.account.Account;
import dev.breakwater.companion.account.InMemorySessionStore;
import dev.breakwater.companion.account.Outcome;
import dev.breakwater.companion.account.OwnUpdate;
import dev.breakwater.companion.account.Refusal;
import dev.breakwater.companion.account.RootTrust;
import dev.breakwater.companion.account.ServerAddress;
import dev.breakwater.companion.account.Session;
import dev.breakwater.companion.account.SessionStore;
import dev.breakwater.protocol.DeviceId;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an app makes of what a server says of updates. */
@Timeout(60)
class OwnUpdatesTest {

    private static final Instant NOW = Instant.parse("2026-11-27T06:00:00Z");
    private static final DeviceId TANK = DeviceId.fresh();
    private static final String ASKING =
            """
            {"update":{"rollout":"0199a6a0-7c00-7000-8000-000000000003","version":"1.1",
             "notes":"Quieter pump.\\nMends CVE-2026-1.","securityRelevant":true,"lengthBytes":4404019,
             "state":"asking","approved":false,"percent":0,"postponableUntil":"2026-11-30T06:00:00Z","later":"unknown"}}""";

    private ScriptedServer server;
    private Account account;

    @BeforeEach
    void setUp() throws Exception {
        server = new ScriptedServer("localhost");
        InMemorySessionStore store = new InMemorySessionStore();
        ServerAddress address =
                new ServerAddress(server.address(), RootTrust.parse(server.root().toString()));
        account = new Account(address, store, InstantSource.fixed(NOW));
        try (SessionStore.Hold hold = store.hold()) {
            hold.store(new Session("bob@home.example", "refresh", "access", NOW.plusSeconds(600)));
        }
    }

    @AfterEach
    void tearDown() {
        account.close();
        server.close();
    }

    private OwnUpdate shown() throws Exception {
        server.willAnswer(Answer.json(200, ASKING));
        return account.updates().of(TANK) instanceof Outcome.Done(Optional<OwnUpdate> update)
                ? update.orElseThrow()
                : org.junit.jupiter.api.Assertions.fail("it was not shown");
    }

    @Test
    void showsWhatTheOwnerDecidesAbout() throws Exception {
        OwnUpdate update = shown();
        assertThat(server.asked().getLast().line())
                .startsWith("GET /api/v1/me/devices/" + TANK + "/update");
        assertThat(update.version()).isEqualTo("1.1");
        assertThat(update.notes()).isEqualTo("Quieter pump.\nMends CVE-2026-1.");
        assertThat(update.securityRelevant()).isTrue();
        assertThat(update.lengthBytes()).isEqualTo(4_404_019);
        assertThat(update.asksOwner()).isTrue();
        assertThat(update.mayBeAnswered()).isTrue();
        assertThat(update.postponableUntil()).contains(Instant.parse("2026-11-30T06:00:00Z"));
        assertThat(update.postponedUntil()).isEmpty();
    }

    @Test
    void showsNothingWhereThereIsNoUpdate() throws Exception {
        server.willAnswer(Answer.json(200, "{}"));
        assertThat(account.updates().of(TANK)).isEqualTo(new Outcome.Done<>(Optional.empty()));
    }

    @Test
    void namesWhatWasShownWhenItAnswers() throws Exception {
        OwnUpdate update = shown();
        server.willAnswer(Answer.json(200, ASKING.replace("asking", "offered")));
        assertThat(account.updates().approve(update))
                .isInstanceOfSatisfying(
                        Outcome.Done.class,
                        done -> assertThat(((OwnUpdate) done.value()).mayBeAnswered()).isFalse());
        ScriptedServer.Asked approval = server.asked().getLast();
        assertThat(approval.line())
                .startsWith("POST /api/v1/me/devices/" + TANK + "/update/approval");
        assertThat(approval.body())
                .isEqualTo("{\"rollout\":\"0199a6a0-7c00-7000-8000-000000000003\"}");
        server.willAnswer(Answer.json(200, ASKING));
        assertThat(account.updates().postpone(update, NOW.plusSeconds(60)))
                .isInstanceOf(Outcome.Done.class);
        assertThat(server.asked().getLast().line()).contains("/update/postponement");
        assertThat(server.asked().getLast().body()).contains("\"until\":\"2026-11-27T06:01:00Z\"");
        server.willAnswer(Answer.json(200, ASKING));
        assertThat(account.updates().refuse(update)).isInstanceOf(Outcome.Done.class);
        assertThat(server.asked().getLast().line()).contains("/update/refusal");
    }

    @Test
    void repeatsAnAnswerUnderTheSameKeyWhenTheConnectionBreaks() throws Exception {
        OwnUpdate update = shown();
        server.willAnswer(Answer.closed(), Answer.json(200, ASKING));
        assertThat(account.updates().approve(update)).isInstanceOf(Outcome.Done.class);
        Map<String, String> first = server.asked().get(1).headers();
        Map<String, String> second = server.asked().get(2).headers();
        assertThat(first.get("Idempotency-Key"))
                .isNotNull()
                .isEqualTo(second.get("Idempotency-Key"));
    }

    @Test
    void passesTheServersLimitOnToTheOwner() throws Exception {
        OwnUpdate update = shown();
        server.willAnswer(
                Answer.json(
                        409,
                        """
                        {"type":"/api/v1/problems/not-possible-now","title":"No.",
                         "detail":"It can be put off until 2026-11-30T06:00:00Z."}"""));
        assertThat(account.updates().postpone(update, NOW.plusSeconds(999_999)))
                .isInstanceOfSatisfying(
                        Outcome.Refused.class,
                        refused -> {
                            assertThat(refused.refusal().kind())
                                    .isEqualTo(Refusal.Kind.NOT_POSSIBLE_NOW);
                            assertThat(refused.refusal().sentence())
                                    .contains("until 2026-11-30T06:00:00Z");
                        });
    }

    @Test
    void takesNothingThatIsNoUpdate() throws Exception {
        for (String broken :
                new String[] {
                    ASKING.replace("\"percent\":0", "\"percent\":101"),
                    ASKING.replace("\"lengthBytes\":4404019", "\"lengthBytes\":\"much\""),
                    ASKING.replace("2026-11-30T06:00:00Z", "soon"),
                    ASKING.replace("\"state\":\"asking\",", ""),
                    "{\"update\":[]}"
                }) {
            server.willAnswer(Answer.json(200, broken));
            assertThat(account.updates().of(TANK))
                    .as(broken)
                    .isInstanceOf(Outcome.Unreachable.class);
        }
    }
}
