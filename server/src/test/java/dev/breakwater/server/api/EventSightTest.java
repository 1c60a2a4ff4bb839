/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.server.account.Permission;
import dev.breakwater.server.event.EventKind;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EventSightTest {

    private static final Map<EventKind, Permission> NEEDED =
            Map.of(
                    EventKind.STATE, Permission.STATE_READ,
                    EventKind.COMMAND, Permission.COMMANDS_READ,
                    EventKind.DEVICE, Permission.DEVICES_READ,
                    EventKind.FINDING, Permission.FIREWALL_READ,
                    EventKind.ROLLOUT, Permission.ROLLOUTS_READ,
                    EventKind.UPDATE, Permission.ROLLOUTS_READ);

    @Test
    void needsForEachKindWhatAReadOfTheSameNeeds() {
        assertThat(NEEDED).hasSize(EventKind.values().length);
        NEEDED.forEach(
                (kind, permission) -> {
                    assertThat(EventSight.permits(Set.of(permission), kind)).isTrue();
                    assertThat(
                                    EventSight.permits(
                                            EnumSet.complementOf(EnumSet.of(permission)), kind))
                            .isFalse();
                });
    }
}
