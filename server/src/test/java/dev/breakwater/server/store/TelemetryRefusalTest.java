/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import static dev.breakwater.server.telemetry.NewReading.NO_PACKET_ID;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.server.durability.Awaited;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.refusal.MessageRefused;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.telemetry.Reading;
import dev.breakwater.server.telemetry.Telemetry;
import dev.breakwater.server.telemetry.TelemetryQuery;
import dev.breakwater.server.telemetry.TelemetryQuery.Kind;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What telemetry refuses before it reaches any database. */
class TelemetryRefusalTest extends FleetContract {

    @TempDir static Path directory;
    private Telemetry telemetry;

    @Override
    DatabaseLocation location() {
        return new DatabaseLocation.SqliteFile(directory.resolve("breakwater.db"));
    }

    @BeforeEach
    void wire() {
        telemetry =
                new Telemetry(
                        new SqlTelemetryStore(fleet().database), Limits.defaults(), fleet().clock);
    }

    @Test
    void refusesAnEventWhoseTypeIsNone() {
        Awaited<Instant> refused = new Awaited<>();

        telemetry.acceptEvent(
                fleet().tank, "door opened", NO_PACKET_ID, "{}".getBytes(UTF_8), refused);

        assertThatThrownBy(refused::value)
                .isInstanceOfSatisfying(
                        MessageRefused.class,
                        why -> assertThat(why.reason()).isEqualTo(RefusalReason.TOPIC_REFUSED));
    }

    @Test
    void storesNothingOfARefusedPayload() {
        Awaited<Instant> refused = new Awaited<>();
        byte[] doubled = "{\"a\":1,\"a\":2}".getBytes(UTF_8);

        telemetry.accept(fleet().tank, NO_PACKET_ID, doubled, refused);

        assertThatThrownBy(refused::value)
                .isInstanceOfSatisfying(
                        MessageRefused.class,
                        why -> assertThat(why.reason()).isEqualTo(RefusalReason.PAYLOAD_REFUSED));

        assertThat(newest(Kind.TELEMETRY)).isEmpty();
    }

    private List<Reading> newest(Kind kind) {
        return telemetry.find(
                fleet().organization, fleet().tank.id(), TelemetryQuery.newest(kind, 100));
    }
}
