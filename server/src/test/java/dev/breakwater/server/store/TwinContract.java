/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.protocol.Topics;
import dev.breakwater.protocol.message.StatePatch;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.durability.Awaited;
import dev.breakwater.server.identity.AuthenticatedDevice;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.refusal.MessageRefused;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.session.LiveSessions;
import dev.breakwater.server.session.RecordingSession;
import dev.breakwater.server.twin.Twin;
import dev.breakwater.server.twin.TwinChange;
import dev.breakwater.server.twin.Twins;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What twins do, whatever database is below. */
abstract class TwinContract extends FleetContract {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Actor OPERATOR = new Actor.TokenHolder("t1");

    private LiveSessions sessions;
    private Twins twins;

    @BeforeEach
    void wire() {
        sessions = new LiveSessions();
        twins = twinsWith(Limits.defaults());
    }

    @Test
    void keepsWhatADeviceReportsAndCountsItsVersions() {
        assertThat(report("{\"light\":{\"on\":true},\"temperature\":25.5}")).isEqualTo(1);
        assertThat(report("{\"light\":{\"on\":false},\"temperature\":null}")).isEqualTo(2);

        Twin twin = twin();
        assertThat(twin.reported().state()).isEqualTo(object("{\"light\":{\"on\":false}}"));
        assertThat(twin.reported().changedAt()).contains(Fleet.NOON);
        assertThat(twin.desired().version()).isZero();
    }

    @Test
    void storesNothingForAReportThatChangesNothing() {
        report("{\"on\":true}");

        assertThat(report("{\"on\":true}")).isEqualTo(1);
    }

    @Test
    void auditsAChangeOfTheDesiredStateAndNoOther() {
        report("{\"on\":true}");
        desire("{\"on\":false}");
        desire("{\"on\":false}");

        assertThat(fleet().audited()).containsExactly("twin.desired-changed");
    }

    @Test
    void refusesADesiredStateBasedOnAnotherVersion() {
        desire("{\"a\":1}");

        TwinChange late =
                twins.setDesired(
                        fleet().organization,
                        fleet().tank.id(),
                        patch("{\"a\":2}"),
                        Optional.of(0L),
                        OPERATOR);

        assertThat(late).isInstanceOf(TwinChange.VersionMismatch.class);
        assertThat(twin().desired().state()).isEqualTo(object("{\"a\":1}"));
    }

    @Test
    void showsAndChangesNothingOfAnotherOrganization() {
        OrganizationId stranger = OrganizationId.fresh();

        assertThat(twins.get(stranger, fleet().tank.id())).isEmpty();
        assertThat(
                        twins.setDesired(
                                stranger,
                                fleet().tank.id(),
                                patch("{\"a\":2}"),
                                Optional.empty(),
                                OPERATOR))
                .isInstanceOf(TwinChange.NoSuchDevice.class);
        assertThat(twin().desired().version()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "null",
                "{",
                "{}{}",
                "{} x",
                "{\"a\":1,\"a\":2}",
                "{\"a\":NaN}",
                "{\"a\":1e400}",
                "{'a':1}",
                "{\"a\":1,}",
                "{\"a\":\"\\ud800\"}",
                "{\"a\":\"\\u0000\"}",
                "\uFEFF{}"
            })
    void refusesWhatIsNoStrictObject(String payload) {
        assertThatThrownBy(() -> report(payload))
                .isInstanceOfSatisfying(
                        MessageRefused.class,
                        refused ->
                                assertThat(refused.reason())
                                        .isEqualTo(RefusalReason.PAYLOAD_REFUSED));
        assertThat(twin().reported().version()).isZero();
    }

    @Test
    void refusesAReportNestedDeeperThanTheLimit() {
        twins = twinsWith(Limits.with(Map.of(Limit.JSON_DEPTH, 4)));

        assertThat(report("{\"a\":{\"b\":{\"c\":{}}}}")).isEqualTo(1);
        assertThatThrownBy(() -> report("{\"a\":{\"b\":{\"c\":{\"d\":{}}}}}"))
                .isInstanceOf(MessageRefused.class)
                .hasMessageContaining("deeper than 4");
    }

    @Test
    void refusesAPatchThatWouldMakeTheDocumentTooLarge() {
        twins = twinsWith(Limits.with(Map.of(Limit.STATE_DOCUMENT_BYTES, 1024)));
        report("{\"a\":\"" + "x".repeat(600) + "\"}");

        assertThatThrownBy(() -> report("{\"b\":\"" + "x".repeat(600) + "\"}"))
                .isInstanceOf(MessageRefused.class)
                .hasMessageContaining("more than 1024");
        assertThat(twin().reported().version()).isEqualTo(1);
        assertThat(report("{\"a\":null,\"b\":\"" + "x".repeat(600) + "\"}")).isEqualTo(2);
    }

    @Test
    void tellsAConnectedDeviceWhatDiffers() throws Exception {
        RecordingSession session = connected(fleet().tank);
        report("{\"light\":{\"on\":true,\"color\":\"red\"},\"target\":25.0}");

        desire("{\"light\":{\"on\":false,\"color\":\"red\"},\"target\":25}");

        RecordingSession.Message message = session.next();
        assertThat(message.topic()).isEqualTo(Topics.DESIRED_STATE);
        assertThat(object(message.payload()))
                .isEqualTo(object("{\"version\":1,\"state\":{\"light\":{\"on\":false}}}"));
        assertThat(session.untaken()).isEmpty();
    }

    @Test
    void tellsADeviceWhatDiffersWhenItSubscribes() throws Exception {
        desire("{\"on\":true}");
        desire("{\"speed\":2}");
        RecordingSession session = connected(fleet().tank);

        twins.onSubscribed(fleet().tank);

        assertThat(object(session.next().payload()))
                .isEqualTo(object("{\"version\":2,\"state\":{\"on\":true,\"speed\":2}}"));
    }

    @Test
    void tellsADeviceNothingWhenNothingDiffers() {
        desire("{\"on\":true}");
        report("{\"on\":true,\"temperature\":21}");
        RecordingSession session = connected(fleet().tank);

        twins.onSubscribed(fleet().tank);

        assertThat(session.untaken()).isEmpty();
    }

    /** Operator and device act in random order; the device applies what it is told. */
    @Test
    void convergesWhateverTheOrderAndNoVersionGoesBack() throws Exception {
        long seed = new Random().nextLong();
        System.out.println(getClass().getSimpleName() + " seed " + seed);
        Random random = new Random(seed);
        RecordingSession session = connected(fleet().tank);
        long reportedVersion = 0;
        long desiredVersion = 0;
        long toldVersion = 0;
        for (int step = 0; step < 300; step++) {
            switch (random.nextInt(3)) {
                case 0 -> desire(randomPatch(random, 2).toString());
                case 1 -> report(randomPatch(random, 2).toString());
                default -> toldVersion = obey(session, toldVersion);
            }
            Twin now = twin();
            assertThat(now.reported().version()).isGreaterThanOrEqualTo(reportedVersion);
            assertThat(now.desired().version()).isGreaterThanOrEqualTo(desiredVersion);
            reportedVersion = now.reported().version();
            desiredVersion = now.desired().version();
        }
        obey(session, toldVersion);
        twins.onSubscribed(fleet().tank);
        obey(session, toldVersion);

        assertThat(twin().difference().isEmpty()).as("seed " + seed).isTrue();
    }

    /** Reports what was told, as a device would; the version of what it is told never goes back. */
    private long obey(RecordingSession session, long toldBefore) throws InterruptedException {
        long told = toldBefore;
        while (!session.untaken().isEmpty()) {
            ObjectNode message = object(session.next().payload());
            assertThat(message.path("version").longValue()).isGreaterThanOrEqualTo(told);
            told = message.path("version").longValue();
            report(message.path("state").toString());
        }
        return told;
    }

    private static ObjectNode randomPatch(Random random, int levels) {
        ObjectNode patch = JSON.createObjectNode();
        for (int member = random.nextInt(3); member >= 0; member--) {
            String name = String.valueOf((char) ('a' + random.nextInt(4)));
            switch (random.nextInt(levels > 0 ? 4 : 3)) {
                case 0 -> patch.putNull(name);
                case 1 -> patch.put(name, random.nextInt(5));
                case 2 -> patch.putArray(name).add(random.nextInt(5)).addNull();
                default -> patch.set(name, randomPatch(random, levels - 1));
            }
        }
        return patch;
    }

    private Twins twinsWith(Limits limits) {
        return new Twins(
                new SqlTwinStore(fleet().database, fleet().audit), sessions, limits, fleet().clock);
    }

    private RecordingSession connected(AuthenticatedDevice device) {
        RecordingSession session = new RecordingSession(device.id());
        session.subscribe();
        sessions.attach(session);
        return session;
    }

    private long report(String payload) {
        Awaited<Long> version = new Awaited<>();
        twins.report(fleet().tank, payload.getBytes(UTF_8), version);
        return version.value();
    }

    private void desire(String patch) {
        TwinChange change =
                twins.setDesired(
                        fleet().organization,
                        fleet().tank.id(),
                        patch(patch),
                        Optional.empty(),
                        OPERATOR);
        assertThat(change).isInstanceOfAny(TwinChange.Changed.class, TwinChange.Unchanged.class);
    }

    private Twin twin() {
        return twins.get(fleet().organization, fleet().tank.id()).orElseThrow();
    }

    private static StatePatch patch(String json) {
        return new StatePatch(object(json));
    }

    private static ObjectNode object(String json) {
        JsonNode node = JSON.readTree(json);
        return (ObjectNode) node;
    }
}
