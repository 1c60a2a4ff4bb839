/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.server.ownership.GivenAway;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What somebody is told of a device that they gave away. */
final class GivenAwayStateTest {

    private static final Instant NOW = Instant.parse("2026-11-27T09:00:00Z");

    private static String state(boolean erased, boolean blank, boolean provable) {
        GivenAway device =
                new GivenAway(
                        DeviceId.fresh(),
                        new DeviceSerial("tank-1"),
                        NOW,
                        Optional.of(NOW).filter(_ -> erased),
                        Optional.of(NOW).filter(_ -> blank),
                        provable);
        return DisposalOperations.GivenAwayDeviceView.of(device).state();
    }

    @Test
    void waitsOnlyForAReceiptThatCanBeChecked() {
        assertThat(state(false, false, true)).isEqualTo("waiting");
        assertThat(state(false, false, false)).isEqualTo("unprovable");
    }

    @Test
    void isErasedOrSetUpAgainWhateverWasKnownOfItsLabel() {
        assertThat(state(true, true, true)).isEqualTo("erased");
        assertThat(state(false, true, true)).isEqualTo("set-up-again");
        assertThat(state(false, true, false)).isEqualTo("set-up-again");
    }
}
