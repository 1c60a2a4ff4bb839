/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.organization.OrganizationId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ConnectionWatchTest {

    private final List<String> seen = new ArrayList<>();
    private final LiveSessions sessions =
            new LiveSessions(
                    new ConnectionWatch() {
                        @Override
                        public void connected(DeviceSession session) {
                            seen.add("connected");
                        }

                        @Override
                        public void disconnected(DeviceSession session) {
                            seen.add("disconnected");
                        }
                    });
    private final OrganizationId reef = OrganizationId.fresh();
    private final RecordingSession session = new RecordingSession(DeviceId.fresh(), reef);

    @Test
    void isToldWhenADeviceComesAndGoes() {
        sessions.attach(session);
        assertThat(seen).containsExactly("connected");
        assertThat(sessions.detach(session)).isTrue();
        assertThat(seen).containsExactly("connected", "disconnected");
        assertThat(sessions.detach(session)).isFalse();
        assertThat(seen).hasSize(2);
    }

    @Test
    void isNotToldOfTheEndOfASessionThatWasTakenOver() {
        sessions.attach(session);
        RecordingSession next = new RecordingSession(session.deviceId(), reef);
        sessions.attach(next);
        assertThat(sessions.detach(session)).isFalse();
        assertThat(seen).containsExactly("connected", "connected");
    }

    @Test
    void isToldHoweverASessionEnds() {
        sessions.attach(session);
        sessions.close(session.deviceId(), FarewellReason.DEVICE_REVOKED);
        sessions.attach(session);
        sessions.closeAll(reef, FarewellReason.ORGANIZATION_DISABLED);
        sessions.attach(session);
        sessions.detach(session, () -> seen.add("last word"));
        sessions.attach(session);
        assertThat(sessions.detachUnsaid(session, new SilentWord(reef))).isTrue();

        assertThat(seen)
                .containsExactly(
                        "connected",
                        "disconnected",
                        "connected",
                        "disconnected",
                        "connected",
                        "last word",
                        "disconnected",
                        "connected",
                        "disconnected");
    }

    @Test
    void isToldNothingOfADeviceThatIsNotThere() {
        sessions.close(DeviceId.fresh(), FarewellReason.DEVICE_REVOKED);
        sessions.closeAll(reef, FarewellReason.ORGANIZATION_DISABLED);
        assertThat(seen).isEmpty();
    }

    private record SilentWord(OrganizationId organization) implements LastWord {

        @Override
        public void say() {
            throw new AssertionError("nobody lets it speak");
        }

        @Override
        public void drop() {
            throw new AssertionError("nobody drops it");
        }
    }
}
