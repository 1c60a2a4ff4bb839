/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import static dev.breakwater.server.telemetry.NewReading.NO_PACKET_ID;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.durability.Awaited;
import dev.breakwater.server.durability.StorageUnavailable;
import dev.breakwater.server.identity.AuthenticatedDevice;
import dev.breakwater.server.identity.ProvenDevices;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.telemetry.EventType;
import dev.breakwater.server.telemetry.NewReading;
import dev.breakwater.server.telemetry.PayloadForm;
import dev.breakwater.server.telemetry.Reading;
import dev.breakwater.server.telemetry.Telemetry;
import dev.breakwater.server.telemetry.TelemetryCursor;
import dev.breakwater.server.telemetry.TelemetryQuery;
import dev.breakwater.server.telemetry.TelemetryQuery.Kind;
import dev.breakwater.server.telemetry.TelemetryQuery.Order;
import dev.breakwater.server.telemetry.TelemetryRetention;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of readings and events, whatever database is below. */
abstract class TelemetryContract extends FleetContract {

    private static final Instant FAR = Instant.parse("9999-01-01T00:00:00Z");

    private SqlTelemetryStore store;
    private Telemetry telemetry;

    @BeforeEach
    void wire() {
        store = new SqlTelemetryStore(fleet().database);
        telemetry = new Telemetry(store, Limits.defaults(), fleet().clock);
    }

    @Test
    void keepsAReadingAsItArrivedWithTheServersTime() {
        assertThat(accept("{ \"temperature\" : 25.50 }")).isEqualTo(Fleet.NOON);

        Reading reading = newest(Kind.TELEMETRY).getFirst();
        assertThat(new String(reading.payload(), UTF_8)).isEqualTo("{ \"temperature\" : 25.50 }");
        assertThat(reading.at()).isEqualTo(Fleet.NOON);
        assertThat(reading.form()).isEqualTo(PayloadForm.JSON);
        assertThat(reading.event()).isEmpty();
    }

    /** RFC 8949: A1 is a map of one pair, 61 61 the text "a", 01 the number 1. */
    @Test
    void keepsACborMapAndShowsItAsJson() {
        accept(fleet().tank, new byte[] {(byte) 0xA1, 0x61, 0x61, 0x01});

        Reading reading = newest(Kind.TELEMETRY).getFirst();
        assertThat(reading.form()).isEqualTo(PayloadForm.CBOR);
        assertThat(reading.json()).isEqualTo("{\"a\":1}");
    }

    @Test
    void keepsEventsApartFromReadings() {
        accept("{\"n\":1}");
        Awaited<Instant> stored = new Awaited<>();
        telemetry.acceptEvent(
                fleet().tank, "door-opened", NO_PACKET_ID, "{}".getBytes(UTF_8), stored);
        stored.value();

        assertThat(newest(Kind.TELEMETRY)).hasSize(1);
        assertThat(newest(Kind.EVENTS))
                .singleElement()
                .satisfies(
                        event -> assertThat(event.event()).contains(new EventType("door-opened")));
    }

    @ParameterizedTest
    @EnumSource
    void returnsEveryReadingOnceAndInOrderPageByPage(Order order) {
        List<String> sent = new ArrayList<>();
        for (int number = 0; number < 23; number++) {
            // Several share a time: the order of arrival must hold within it.
            fleet().clock.advance(Duration.ofMillis(number % 4 == 0 ? 1 : 0));
            sent.add("{\"n\":" + number + "}");
            accept(sent.getLast());
        }

        List<String> seen = new ArrayList<>();
        Optional<TelemetryCursor> after = Optional.empty();
        List<Reading> page;
        do {
            page = find(Instant.EPOCH, FAR, order, after, 5);
            page.forEach(reading -> seen.add(reading.json()));
            if (!page.isEmpty()) {
                String opaque = page.getLast().cursor().toString();
                after = Optional.of(TelemetryCursor.parse(opaque));
            }
        } while (!page.isEmpty());

        assertThat(seen).isEqualTo(order == Order.OLDEST_FIRST ? sent : sent.reversed());
    }

    @Test
    void returnsARangeWithItsBeginningAndWithoutItsEnd() {
        for (int second = 0; second < 4; second++) {
            accept("{\"n\":" + second + "}");
            fleet().clock.advance(Duration.ofSeconds(1));
        }
        Instant from = Fleet.NOON.plusSeconds(1);
        Instant until = Fleet.NOON.plusSeconds(3);

        for (Order order : Order.values()) {
            assertThat(find(from, until, order, Optional.empty(), 10))
                    .extracting(Reading::json)
                    .containsExactlyInAnyOrder("{\"n\":1}", "{\"n\":2}");
        }
    }

    /** A cursor is no key: it cannot lead out of the range asked for. */
    @Test
    void staysWithinTheRangeWhateverTheCursorSays() {
        accept("{\"n\":0}");
        fleet().clock.advance(Duration.ofSeconds(10));
        Instant from = Fleet.NOON.plusSeconds(5);
        TelemetryCursor before = new TelemetryCursor(Instant.EPOCH, 0);

        assertThat(find(from, FAR, Order.OLDEST_FIRST, Optional.of(before), 10)).isEmpty();
        assertThat(
                        find(
                                Instant.EPOCH,
                                Fleet.NOON,
                                Order.NEWEST_FIRST,
                                Optional.of(new TelemetryCursor(FAR, 9)),
                                10))
                .isEmpty();
    }

    @Test
    void showsNothingToAnotherOrganizationAndNothingOfAnotherDevice() {
        accept("{\"n\":1}");
        AuthenticatedDevice neighbor = fleet().addDevice();
        accept(neighbor, "{\"n\":2}".getBytes(UTF_8));

        assertThat(newest(Kind.TELEMETRY)).extracting(Reading::json).containsExactly("{\"n\":1}");
        assertThat(
                        telemetry.find(
                                OrganizationId.fresh(),
                                fleet().tank.id(),
                                TelemetryQuery.newest(Kind.TELEMETRY, 10)))
                .isEmpty();
    }

    @Test
    void keepsTheOrderOfArrivalWhenTheClockIsSetBackALittle() {
        accept("{\"n\":1}");
        fleet().clock.advance(Duration.ofSeconds(-30));
        accept("{\"n\":2}");

        assertThat(newest(Kind.TELEMETRY))
                .extracting(Reading::json)
                .containsExactly("{\"n\":2}", "{\"n\":1}");
    }

    @Test
    void believesAClockThatIsSetBackByMuch() {
        accept("{\"n\":1}");
        fleet().clock.advance(Duration.ofDays(-1));

        assertThat(accept("{\"n\":2}")).isEqualTo(Fleet.NOON.minus(Duration.ofDays(1)));
    }

    @Test
    void trimsWhatIsTooOldInSmallBites() {
        int bite = 10;
        IntStream.range(0, 25).forEach(number -> accept("{\"old\":" + number + "}"));
        fleet().clock.advance(Duration.ofDays(2));
        accept("{\"n\":1}");
        Limits limits =
                Limits.with(Map.of(Limit.TELEMETRY_DAYS, 1, Limit.TELEMETRY_TRIM_ROWS, bite));

        long deleted;
        try (TelemetryRetention retention = new TelemetryRetention(store, limits, fleet().clock)) {
            deleted = retention.trim();
        }

        assertThat(deleted).isGreaterThanOrEqualTo(25);
        assertThat(newest(Kind.TELEMETRY)).extracting(Reading::json).containsExactly("{\"n\":1}");
    }

    @Test
    void trimsTheOldestOfTooManyAndNoMoreThanAsked() {
        IntStream.range(0, 20).forEach(number -> accept("{\"n\":" + number + "}"));

        int deleted;
        int total = 0;
        do {
            deleted = store.trim(Instant.EPOCH, 5, 3);
            assertThat(deleted).isLessThanOrEqualTo(3);
            total += deleted;
        } while (deleted > 0);

        assertThat(total).isGreaterThanOrEqualTo(15);
        assertThat(newest(Kind.TELEMETRY))
                .extracting(Reading::json)
                .containsExactly(
                        "{\"n\":19}", "{\"n\":18}", "{\"n\":17}", "{\"n\":16}", "{\"n\":15}");
    }

    /** A page of the largest payloads would otherwise be larger than the server's memory. */
    @Test
    void endsAPageWherePayloadsBecomeTooManyBytes() {
        String large = "{\"x\":\"" + "y".repeat(100_000) + "\"}";
        int stored = 25;
        IntStream.range(0, stored).forEach(number -> accept(large));

        for (Order order : Order.values()) {
            List<Reading> page = find(Instant.EPOCH, FAR, order, Optional.empty(), 100);
            assertThat(page).hasSizeBetween(2, stored / 2);
        }
    }

    /**
     * Against a plain list: readings of several devices in commits of any size, enough of them that
     * most are indexed, with a clock that now and then is set back so that runs overlap.
     */
    @ParameterizedTest
    @EnumSource
    void findsWhatAPlainListWouldFind(Order order) {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<AuthenticatedDevice> devices =
                List.of(fleet().tank, fleet().addDevice(), fleet().addDevice());
        List<List<NewReading>> all = List.of(new ArrayList<>(), new ArrayList<>());
        Instant at = Fleet.NOON;
        for (int commit = 0; commit < 600; commit++) {
            List<Awaited<Instant>> waiting = new ArrayList<>();
            for (int i = random.nextInt(8); i >= 0; i--) {
                at =
                        at.plusMillis(random.nextInt(400))
                                .minusSeconds(random.nextInt(60) == 0 ? 90 : 0);
                boolean event = random.nextInt(4) == 0;
                AuthenticatedDevice device = devices.get(random.nextInt(devices.size()));
                NewReading reading = numbered(device, at, event, commit * 10 + i);
                if (device == fleet().tank) {
                    all.get(event ? 1 : 0).add(reading);
                }
                waiting.add(new Awaited<>());
                store.append(reading, waiting.getLast());
            }
            waiting.forEach(Awaited::value);
        }

        for (Kind kind : Kind.values()) {
            List<NewReading> expected = new ArrayList<>(all.get(kind == Kind.EVENTS ? 1 : 0));
            // Stable: of the same time, what arrived first comes first.
            expected.sort(Comparator.comparing(NewReading::at));
            for (int round = 0; round < 10; round++) {
                Instant from = Fleet.NOON.plusMillis(random.nextInt(400_000) - 20_000);
                Instant until = from.plusMillis(random.nextInt(200_000));
                List<String> wanted =
                        expected.stream()
                                .filter(r -> !r.at().isBefore(from) && r.at().isBefore(until))
                                .map(r -> new String(r.payload(), UTF_8))
                                .toList();
                assertThat(pages(kind, from, until, order, 1 + random.nextInt(40)))
                        .as("seed %d, %s from %s until %s", seed, kind, from, until)
                        .isEqualTo(order == Order.OLDEST_FIRST ? wanted : wanted.reversed());
            }
        }
        trimsBlockByBlock(all.get(0), all.get(1));
    }

    /** The oldest go first, also out of the index, and what is left is found as before. */
    private void trimsBlockByBlock(List<NewReading> readings, List<NewReading> events) {
        int kept = (int) newestCount() / 3;
        while (store.trim(Instant.EPOCH, kept, 25) > 0) {
            assertThat(newestCount()).isGreaterThanOrEqualTo(kept);
        }
        assertThat(newestCount()).isLessThan(kept + 10);
        for (Kind kind : Kind.values()) {
            List<NewReading> told = kind == Kind.EVENTS ? events : readings;
            List<String> left = pages(kind, Instant.EPOCH, FAR, Order.OLDEST_FIRST, 100);
            List<String> newest =
                    told.subList(told.size() - left.size(), told.size()).stream()
                            .sorted(Comparator.comparing(NewReading::at))
                            .map(r -> new String(r.payload(), UTF_8))
                            .toList();
            assertThat(left).isEqualTo(newest);
        }
        while (store.trim(FAR, 0, 1_000) > 0) {
            assertThat(newestCount()).isNotNegative();
        }
        assertThat(count("SELECT count(*) FROM telemetry_index")).isZero();
        assertThat(count("SELECT count(*) FROM telemetry_block")).isZero();
        accept("{\"n\":1}");
        assertThat(newest(Kind.TELEMETRY)).extracting(Reading::json).containsExactly("{\"n\":1}");
    }

    private long newestCount() {
        return count("SELECT sum(readings) FROM telemetry_block");
    }

    private long count(String sql) {
        return fleet().database.read(statements -> statements.count(sql));
    }

    private static NewReading numbered(
            AuthenticatedDevice device, Instant at, boolean event, int number) {
        return new NewReading(
                device.organization(),
                device.id(),
                at,
                event ? Optional.of(new EventType("tick")) : Optional.empty(),
                PayloadForm.JSON,
                number % 3 == 0 ? 1 + number : NO_PACKET_ID,
                NewReading.NOT_OPENED,
                "{\"n\":%d}".formatted(number).getBytes(UTF_8));
    }

    /** Everything in a range, page by page. */
    private List<String> pages(Kind kind, Instant from, Instant until, Order order, int rows) {
        List<String> seen = new ArrayList<>();
        Optional<TelemetryCursor> after = Optional.empty();
        List<Reading> page;
        do {
            page =
                    telemetry.find(
                            fleet().organization,
                            fleet().tank.id(),
                            new TelemetryQuery(kind, from, until, order, after, rows));
            page.forEach(reading -> seen.add(reading.json()));
            if (!page.isEmpty()) {
                after = Optional.of(page.getLast().cursor());
            }
        } while (!page.isEmpty());
        return seen;
    }

    @Test
    void tellsWhoseReadingWasNotStoredWhenItsDeviceIsGone() {
        AuthenticatedDevice stranger = ProvenDevices.of(fleet().organization, DeviceId.fresh());
        Awaited<Instant> refused = new Awaited<>();
        Awaited<Instant> stored = new Awaited<>();
        store.append(numbered(stranger, Fleet.NOON, false, 1), refused);
        store.append(numbered(fleet().tank, Fleet.NOON, false, 2), stored);

        assertThat(stored.value()).isEqualTo(Fleet.NOON);
        assertThatThrownBy(refused::value)
                .isInstanceOf(StorageUnavailable.class)
                .hasMessageContaining("not registered");
        assertThat(newest(Kind.TELEMETRY)).hasSize(1);
    }

    private Instant accept(String payload) {
        return accept(fleet().tank, payload.getBytes(UTF_8));
    }

    private Instant accept(AuthenticatedDevice device, byte[] payload) {
        Awaited<Instant> stored = new Awaited<>();
        telemetry.accept(device, NO_PACKET_ID, payload, stored);
        return stored.value();
    }

    private List<Reading> newest(Kind kind) {
        return telemetry.find(
                fleet().organization, fleet().tank.id(), TelemetryQuery.newest(kind, 100));
    }

    private List<Reading> find(
            Instant from,
            Instant until,
            Order order,
            Optional<TelemetryCursor> after,
            int countMax) {
        return telemetry.find(
                fleet().organization,
                fleet().tank.id(),
                new TelemetryQuery(Kind.TELEMETRY, from, until, order, after, countMax));
    }
}
