/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.server.durability.Awaited;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.telemetry.RecentReadings;
import dev.breakwater.server.telemetry.Telemetry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the store still knows of readings that a device may send again. */
abstract class TelemetryRecallContract extends FleetContract {

    private Telemetry telemetry;

    @BeforeEach
    void wire() {
        telemetry =
                new Telemetry(
                        new SqlTelemetryStore(fleet().database), Limits.defaults(), fleet().clock);
    }

    @Test
    void recallsWhatWasStoredByPacketIdentifierKindAndContentOnce() {
        append(7, "{\"n\":1}");
        Awaited<Instant> event = new Awaited<>();
        telemetry.acceptEvent(fleet().tank, "door", 8, "{}".getBytes(UTF_8), event);
        event.value();

        RecentReadings recent = recall();

        assertThat(claim(recent, 8, "{\"n\":1}")).isFalse();
        assertThat(claim(recent, 7, "{\"n\":2}")).isFalse();
        assertThat(recent.claim("door", 7, "{\"n\":1}".getBytes(UTF_8))).isFalse();
        assertThat(claim(recent, 7, "{\"n\":1}")).isTrue();
        assertThat(claim(recent, 7, "{\"n\":1}")).isFalse();
        assertThat(recent.claim("window", 8, "{}".getBytes(UTF_8))).isFalse();
        assertThat(recent.claim("door", 8, "{}".getBytes(UTF_8))).isTrue();
    }

    /** The device was told of the first, or it could not have used the identifier again. */
    @Test
    void recallsOnlyTheLastThatUsedAnIdentifier() {
        append(7, "{\"n\":1}");
        append(7, "{\"n\":2}");

        RecentReadings recent = recall();

        assertThat(claim(recent, 7, "{\"n\":1}")).isFalse();
        assertThat(claim(recent, 7, "{\"n\":2}")).isTrue();
    }

    @Test
    void recallsNoMoreThanADeviceMayLeaveUnacknowledgedAndNothingOld() {
        append(1, "{\"old\":1}");
        fleet().clock.advance(Duration.ofSeconds(301));
        for (int number = 0; number <= 100; number++) {
            append(100 + number, "{\"n\":1}");
        }

        RecentReadings recent = recall();

        assertThat(claim(recent, 1, "{\"old\":1}")).isFalse();
        assertThat(claim(recent, 100, "{\"n\":1}")).isFalse();
        assertThat(claim(recent, 101, "{\"n\":1}")).isTrue();
        assertThat(claim(recent, 200, "{\"n\":1}")).isTrue();
    }

    /** The old connection's messages may be on their way still when the new one asks. */
    @Test
    void recallsWhatWasOnItsWayWhenItWasAsked() {
        List<Awaited<Instant>> unawaited = new ArrayList<>();
        for (int number = 1; number <= 100; number++) {
            unawaited.add(new Awaited<>());
            telemetry.accept(fleet().tank, number, "{}".getBytes(UTF_8), unawaited.getLast());
        }

        RecentReadings recent = recall();

        for (int number = 1; number <= 100; number++) {
            assertThat(claim(recent, number, "{}")).isTrue();
        }
        assertThat(unawaited).allSatisfy(Awaited::value);
    }

    private void append(int packetId, String payload) {
        Awaited<Instant> stored = new Awaited<>();
        telemetry.accept(fleet().tank, packetId, payload.getBytes(UTF_8), stored);
        stored.value();
    }

    private RecentReadings recall() {
        Awaited<RecentReadings> recent = new Awaited<>();
        telemetry.recall(fleet().tank, recent);
        return recent.value();
    }

    private static boolean claim(RecentReadings recent, int packetId, String payload) {
        return recent.claim(RecentReadings.TELEMETRY, packetId, payload.getBytes(UTF_8));
    }
}
