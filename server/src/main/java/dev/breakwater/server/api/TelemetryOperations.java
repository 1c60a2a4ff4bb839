/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.account.AuthenticatedCaller;
import dev.breakwater.server.account.Permission;
import dev.breakwater.server.api.contract.ContractViolation;
import dev.breakwater.server.envelope.EnvelopeReader;
import dev.breakwater.server.identity.DeviceStore;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.telemetry.EventType;
import dev.breakwater.server.telemetry.Reading;
import dev.breakwater.server.telemetry.Telemetry;
import dev.breakwater.server.telemetry.TelemetryCursor;
import dev.breakwater.server.telemetry.TelemetryQuery;
import dev.breakwater.server.telemetry.TelemetryQuery.Kind;
import dev.breakwater.server.telemetry.TelemetryQuery.Order;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What devices told, by time of arrival. */
final class TelemetryOperations {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Instant END_OF_TIME = Instant.parse("9999-12-31T23:59:59Z");

    private final DeviceStore devices;
    private final Telemetry telemetry;
    private final EnvelopeReader envelopes;

    TelemetryOperations(DeviceStore devices, Telemetry telemetry, EnvelopeReader envelopes) {
        this.devices = devices;
        this.telemetry = telemetry;
        this.envelopes = envelopes;
    }

    void register(Handlers handlers) {
        handlers.on(
                        "listTelemetry",
                        Permission.TELEMETRY_READ,
                        (caller, call) -> find(caller, call, Kind.TELEMETRY, ReadingView::of))
                .on(
                        "listEvents",
                        Permission.TELEMETRY_READ,
                        (caller, call) -> find(caller, call, Kind.EVENTS, EventView::of));
    }

    record ReadingView(Instant at, String form, Optional<Boolean> opened, JsonNode reading) {
        static ReadingView of(Reading reading, Optional<Boolean> opened) {
            return new ReadingView(
                    reading.at(), reading.form().code(), opened, JSON.readTree(reading.json()));
        }
    }

    record EventView(
            Instant at, String type, String form, Optional<Boolean> opened, JsonNode event) {
        static EventView of(Reading reading, Optional<Boolean> opened) {
            return new EventView(
                    reading.at(),
                    reading.event().map(EventType::text).orElse(""),
                    reading.form().code(),
                    opened,
                    JSON.readTree(reading.json()));
        }
    }

    private <V> Reply find(
            AuthenticatedCaller caller,
            Call call,
            Kind kind,
            BiFunction<Reading, Optional<Boolean>, V> render)
            throws ContractViolation {
        DeviceId device = call.id("deviceId", DeviceId::parse);
        int count = call.count(Limit.TELEMETRY_PAGE_ROWS);
        TelemetryQuery query =
                new TelemetryQuery(
                        kind,
                        call.time("from").orElse(Instant.EPOCH),
                        call.time("to").orElse(END_OF_TIME),
                        call.values()
                                        .optionalText("order")
                                        .filter("oldest-first"::equals)
                                        .isPresent()
                                ? Order.OLDEST_FIRST
                                : Order.NEWEST_FIRST,
                        call.cursor(TelemetryCursor::parse),
                        count + 1);
        if (devices.device(caller.organization(), device).isEmpty()) {
            return Problems.notFound();
        }
        List<Reading> rows = telemetry.find(caller.organization(), device, query);
        int shown = Math.min(count, telemetry.onOnePage(rows));
        return Reply.ok(
                Page.of(
                        rows,
                        shown,
                        reading -> {
                            Reading seen = envelopes.opened(caller.organization(), device, reading);
                            return render.apply(
                                    seen, seen == reading ? Optional.empty() : Optional.of(true));
                        },
                        reading -> reading.cursor().toString()));
    }
}
