/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.protocol.Topics;
import dev.breakwater.server.audit.AuditEntry;
import dev.breakwater.server.durability.Awaited;
import dev.breakwater.server.enrollment.EnrollmentWorld;
import dev.breakwater.server.enrollment.EnrollmentWorld.Enrolled;
import dev.breakwater.server.identity.Admission;
import dev.breakwater.server.identity.AuthenticatedDevice;
import dev.breakwater.server.identity.DeviceTokenText;
import dev.breakwater.server.identity.DeviceTokens;
import dev.breakwater.server.refusal.MessageRefused;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.risk.RiskProfile;
import dev.breakwater.server.session.RecordingSession;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class TokenRotationTest {

    private static final byte[] NOTHING = {};

    private EnrollmentWorld world;
    private TokenRotation rotation;
    private AuthenticatedDevice beacon;
    private RecordingSession session;

    @BeforeEach
    void open(@TempDir Path directory) throws Exception {
        world = new EnrollmentWorld(directory);
        rotation = new TokenRotation(world.tokens, world.sessions, world.refusals, world.limits);
        world.changeRisk(RiskProfile.LOW);
        DeviceTokens.Outcome.Made first =
                (DeviceTokens.Outcome.Made)
                        world.tokens.register(
                                world.organization,
                                world.product,
                                new DeviceSerial("beacon-1"),
                                Optional.empty(),
                                EnrollmentWorld.OPERATOR);
        beacon = admitted(first.text());
        assertThat(world.registry.confirm(beacon)).isTrue();
        session = attach(beacon);
    }

    @AfterEach
    void close() {
        rotation.close();
        world.close();
    }

    @Test
    void givesTheNextTokenAndLetsTheOldOneBeUntilItHasConnected() throws Exception {
        DeviceTokenText next = rotated();
        AuthenticatedDevice again = admitted(next);

        assertThat(again.id()).isEqualTo(beacon.id());
        assertThat(again.credential().generation()).isEqualTo(2);
        assertThat(world.registry.confirm(beacon)).isTrue();
        assertThat(world.registry.confirm(again)).isTrue();
        assertThat(world.registry.confirm(beacon)).isFalse();
        assertThat(world.audit.entries(world.organization, Long.MAX_VALUE, 10))
                .extracting(AuditEntry::action)
                .contains("device-token.rotated");
    }

    @Test
    void givesAnotherOneToADeviceThatLostItsAnswerAndRevokesTheLostOne() throws Exception {
        DeviceTokenText lost = rotated();
        assertThat(world.registry.admit(lost)).isInstanceOf(Admission.Admitted.class);
        DeviceTokenText next = rotated();

        assertThat(world.registry.admit(lost))
                .isInstanceOfSatisfying(
                        Admission.Refused.class,
                        refused ->
                                assertThat(refused.reason())
                                        .isEqualTo(RefusalReason.DEVICE_TOKEN_REVOKED));
        assertThat(world.registry.confirm(admitted(next))).isTrue();
    }

    @Test
    void givesNoTokenToADeviceWithACertificate() throws Exception {
        Enrolled tank = world.enrolled("tank-1");
        AuthenticatedDevice proven =
                ((Admission.Admitted) world.registry.admit(tank.identity().leaf())).device();
        RecordingSession its = attach(proven);

        rotation.request(proven, NOTHING, new Awaited<>());

        assertThat(its.next().payload()).contains("Only a device that came with a token");
        assertThat(world.nextRefusal().details()).containsEntry("reason", "rotation-without-token");
        assertThat(world.refused("channel", RefusalReason.ROTATION_WITHOUT_TOKEN)).isEqualTo(1);
        assertThat(world.tokens.of(world.organization, tank.id(), Optional.empty(), 10)).isEmpty();
    }

    @Test
    void givesNoneOnceTheProductPermitsNone() throws Exception {
        world.changeRisk(RiskProfile.STANDARD);
        session = attach(beacon);
        rotation.request(beacon, NOTHING, new Awaited<>());
        assertThat(session.next().payload()).contains("Only a device that came with a token");
    }

    @Test
    void takesNoWords() {
        Awaited<Object> asked = new Awaited<>();
        rotation.request(beacon, new byte[] {1}, asked);
        assertThatThrownBy(asked::value)
                .isInstanceOfSatisfying(
                        MessageRefused.class,
                        refused ->
                                assertThat(refused.reason())
                                        .isEqualTo(RefusalReason.PAYLOAD_REFUSED));
    }

    private DeviceTokenText rotated() throws Exception {
        rotation.request(beacon, NOTHING, new Awaited<>());
        RecordingSession.Message answer = session.next();
        assertThat(answer.topic()).isEqualTo(Topics.TOKEN_ISSUED);
        JsonNode words = JsonMapper.shared().readTree(answer.payload());
        assertThat(words.path("expiresAt").asString()).isNotEmpty();
        return DeviceTokenText.parse(words.path("token").asString()).orElseThrow();
    }

    private RecordingSession attach(AuthenticatedDevice device) {
        RecordingSession attached = new RecordingSession(device.id(), device.organization());
        attached.subscribe();
        world.sessions.attach(attached);
        return attached;
    }

    private AuthenticatedDevice admitted(DeviceTokenText token) {
        return ((Admission.Admitted) world.registry.admit(token)).device();
    }
}
