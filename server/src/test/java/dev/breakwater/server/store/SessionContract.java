/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.mqtt.QualityOfService;
import dev.breakwater.protocol.mqtt.TopicFilter;
import dev.breakwater.protocol.mqtt.TopicName;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.durability.Awaited;
import dev.breakwater.server.durability.StorageUnavailable;
import dev.breakwater.server.identity.AuthenticatedDevice;
import dev.breakwater.server.identity.DeviceStatus;
import dev.breakwater.server.identity.ProvenDevices;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.session.InFlight;
import dev.breakwater.server.session.KeptState;
import dev.breakwater.server.session.PayloadDigest;
import dev.breakwater.server.session.SessionChange;
import dev.breakwater.server.session.SessionHolder;
import dev.breakwater.server.telemetry.Reading;
import dev.breakwater.server.telemetry.Telemetry;
import dev.breakwater.server.telemetry.TelemetryCursor;
import dev.breakwater.server.telemetry.TelemetryQuery;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of kept sessions, whatever database is below. */
abstract class SessionContract extends FleetContract {

    private static final Duration HOUR = Duration.ofHours(1);
    private static final TopicFilter COMMANDS = TopicFilter.of("me/commands/+");
    private static final Actor OPERATOR = new Actor.TokenHolder("t1");

    private SqlSessionStore store;

    @BeforeEach
    void wire() {
        store = new SqlSessionStore(fleet().database);
    }

    @Test
    void beginsAndThenResumes() {
        assertThat(open(1)).isEmpty();
        assertThat(open(2)).contains(KeptState.NONE);
    }

    @Test
    void keepsSubscriptionsAsTheyWereLastMade() {
        open(1);
        TopicFilter notices = TopicFilter.of("me/notices");
        make(1, new SessionChange.Subscribed(Map.of(COMMANDS, QualityOfService.AT_LEAST_ONCE)));
        make(
                1,
                new SessionChange.Subscribed(
                        Map.of(
                                COMMANDS, QualityOfService.EXACTLY_ONCE,
                                notices, QualityOfService.AT_MOST_ONCE)));
        make(1, new SessionChange.Unsubscribed(List.of(notices, TopicFilter.of("me/none"))));

        assertThat(resumed(2).subscriptions())
                .isEqualTo(Map.of(COMMANDS, QualityOfService.EXACTLY_ONCE));
    }

    @Test
    void keepsIdsUntilTheyAreReleased() {
        open(1);
        make(1, new SessionChange.Received(9));
        make(1, new SessionChange.Received(9));
        make(1, new SessionChange.Received(65_535));
        make(1, new SessionChange.Released(9));

        assertThat(resumed(2).received()).containsExactly(65_535);
    }

    @Test
    void keepsWhatIsOnItsWayInTheOrderOfSending() {
        open(1);
        InFlight third = inFlight(3, QualityOfService.AT_LEAST_ONCE);
        InFlight first = inFlight(1, QualityOfService.EXACTLY_ONCE);
        InFlight second = inFlight(2, QualityOfService.EXACTLY_ONCE);
        make(1, new SessionChange.Sent(third));
        make(1, new SessionChange.Sent(first));
        make(1, new SessionChange.Sent(second));
        make(1, new SessionChange.Settled(first.packetId()));
        make(1, new SessionChange.Taken(second.packetId()));

        assertThat(resumed(2).inFlight())
                .containsExactly(
                        third,
                        new InFlight(
                                2,
                                second.topic(),
                                QualityOfService.EXACTLY_ONCE,
                                second.payloadSha256(),
                                true));
    }

    @Test
    void forgetsEverythingAtACleanStart() {
        fill(1);
        assertThat(store.open(holder(2), true, HOUR, now())).isEmpty();
        assertThat(open(3)).contains(KeptState.NONE);
    }

    @Test
    void handsOverWhatItDoesNotKeepAnyLonger() {
        fill(1);
        KeptState state = store.open(holder(2), false, Duration.ZERO, now()).orElseThrow();
        assertThat(state.received()).containsExactly(9);
        assertThat(open(3)).isEmpty();
    }

    @Test
    void forgetsWhatHasExpiredWhenTheDeviceIsBack() {
        fill(1);
        make(1, new SessionChange.Disconnected(now(), HOUR));
        fleet().clock.advance(HOUR.minusSeconds(1));
        assertThat(open(2)).isPresent();
        make(2, new SessionChange.Disconnected(now(), HOUR));
        fleet().clock.advance(HOUR);
        assertThat(open(3)).isEmpty();
        assertThat(resumed(4)).isEqualTo(KeptState.NONE);
    }

    @Test
    void endsASessionWithItsConnectionIfTheDeviceSaysSo() {
        fill(1);
        make(1, new SessionChange.Disconnected(now(), Duration.ZERO));
        assertThat(open(2)).isEmpty();
    }

    @Test
    void deletesOnlyWhatHasExpired() {
        fill(1);
        // Whoever is connected has no end yet.
        int others = store.deleteExpired(far(), 1_000);
        assertThat(others).isNotNegative();
        assertThat(open(2)).isPresent();
        make(2, new SessionChange.Disconnected(now(), HOUR));
        assertThat(store.deleteExpired(now().plus(HOUR).minusSeconds(1), 1_000)).isZero();
        assertThat(store.deleteExpired(now().plus(HOUR), 1_000)).isOne();
        assertThat(store.disconnectAll(now())).doesNotContain(fleet().tank.id());
    }

    /** Nobody told the database that the connections are gone. */
    @Test
    void letsTimeRunForThoseWhoWereConnectedBeforeARestart() {
        fill(7);
        assertThat(store.disconnectAll(now())).contains(fleet().tank.id());
        assertThat(store.deleteExpired(now().plus(HOUR), 1_000)).isPositive();
        assertThat(store.disconnectAll(now())).doesNotContain(fleet().tank.id());
    }

    @Test
    void ignoresWhoeverHoldsTheSessionNoMore() {
        open(1);
        open(2);
        make(1, new SessionChange.Subscribed(Map.of(COMMANDS, QualityOfService.AT_LEAST_ONCE)));
        make(1, new SessionChange.Received(9));
        make(1, new SessionChange.Disconnected(now(), Duration.ZERO));

        assertThat(open(3)).contains(KeptState.NONE);
    }

    @Test
    void storesTheIdTogetherWithItsMessage() {
        open(1);
        Awaited<Instant> stored = new Awaited<>();

        assertThat(receive(1, fleet().tank, stored)).isTrue();

        stored.value();
        assertThat(resumed(2).received()).containsExactly(9);
        assertThat(readings(fleet().tank)).hasSize(1);
    }

    /** A device that is not registered cannot store a reading: neither is its id stored. */
    @Test
    void storesNoIdWithoutItsMessage() {
        open(1);
        AuthenticatedDevice nobody = ProvenDevices.of(fleet().organization, DeviceId.fresh());
        Awaited<Instant> failed = new Awaited<>();

        assertThat(receive(1, nobody, failed)).isTrue();

        assertThatThrownBy(failed::value).isInstanceOf(StorageUnavailable.class);
        assertThat(resumed(2).received()).isEmpty();
    }

    /** A connection that was taken over stores nothing even if it got as far as here. */
    @Test
    void storesNoMessageOfWhoeverHoldsTheSessionNoMore() {
        open(1);
        open(2);
        Awaited<Instant> failed = new Awaited<>();

        assertThat(receive(1, fleet().tank, failed)).isTrue();

        assertThatThrownBy(failed::value).isInstanceOf(StorageUnavailable.class);
        assertThat(readings(fleet().tank)).isEmpty();
    }

    @Test
    void changesNothingIfNothingIsSubmitted() {
        open(1);
        assertThat(store.submitAlongside(holder(1), new SessionChange.Received(9), () -> {}))
                .isFalse();
        assertThat(resumed(2).received()).isEmpty();
    }

    @Test
    void takesOnlyTheFirstOfWhatIsSubmittedAlong() {
        open(1);
        Awaited<Object> first = new Awaited<>();
        Awaited<Object> second = new Awaited<>();
        assertThat(
                        store.submitAlongside(
                                holder(1),
                                new SessionChange.Received(9),
                                () -> {
                                    store.submit(holder(1), new SessionChange.Received(1), first);
                                    store.submit(holder(1), new SessionChange.Released(9), second);
                                }))
                .isTrue();
        first.value();
        second.value();
        assertThat(resumed(2).received()).containsExactly(1);
    }

    @Test
    void dropsTheSessionOfARevokedDevice() {
        fill(1);
        new SqlDeviceStore(fleet().database, fleet().audit, fleet().clock, List.of(store))
                .changeStatus(
                        fleet().organization,
                        fleet().tank.id(),
                        DeviceStatus.REVOKED,
                        "stolen",
                        Optional.empty(),
                        AuditEvent.of(
                                fleet().organization,
                                OPERATOR,
                                AuditAction.DEVICE_REVOKED,
                                "device:" + fleet().tank.id(),
                                Map.of()));
        assertThatThrownBy(() -> open(2)).isInstanceOf(StorageUnavailable.class);
        assertThat(store.disconnectAll(now())).doesNotContain(fleet().tank.id());
    }

    @Test
    void keepsOrganizationsApart() {
        fill(1);
        SessionHolder foreign = new SessionHolder(OrganizationId.fresh(), fleet().tank.id(), 1);
        Awaited<Object> made = new Awaited<>();
        store.submit(foreign, new SessionChange.Received(1), made);
        made.value();
        assertThatThrownBy(() -> store.open(foreign, false, HOUR, now()))
                .isInstanceOf(StorageUnavailable.class);
        assertThat(resumed(2).received()).containsExactly(9);
    }

    private boolean receive(long epoch, AuthenticatedDevice device, Awaited<Instant> outcome) {
        Telemetry telemetry =
                new Telemetry(
                        new SqlTelemetryStore(fleet().database), Limits.defaults(), fleet().clock);
        return store.submitAlongside(
                holder(epoch),
                new SessionChange.Received(9),
                () -> telemetry.accept(device, 9, "{\"n\":1}".getBytes(UTF_8), outcome));
    }

    private List<Reading> readings(AuthenticatedDevice device) {
        return new SqlTelemetryStore(fleet().database)
                .find(
                        device.organization(),
                        device.id(),
                        new TelemetryQuery(
                                TelemetryQuery.Kind.TELEMETRY,
                                Instant.EPOCH,
                                far(),
                                TelemetryQuery.Order.OLDEST_FIRST,
                                Optional.<TelemetryCursor>empty(),
                                100),
                        1_000_000);
    }

    private void fill(long epoch) {
        open(epoch);
        make(epoch, new SessionChange.Subscribed(Map.of(COMMANDS, QualityOfService.AT_MOST_ONCE)));
        make(epoch, new SessionChange.Received(9));
        make(epoch, new SessionChange.Sent(inFlight(5, QualityOfService.EXACTLY_ONCE)));
    }

    private static InFlight inFlight(int packetId, QualityOfService qos) {
        return new InFlight(
                packetId,
                TopicName.of("me/commands/" + packetId),
                qos,
                PayloadDigest.of(new byte[] {(byte) packetId}),
                false);
    }

    private Optional<KeptState> open(long epoch) {
        return store.open(holder(epoch), false, HOUR, now());
    }

    private KeptState resumed(long epoch) {
        return open(epoch).orElseThrow();
    }

    private void make(long epoch, SessionChange change) {
        Awaited<Object> made = new Awaited<>();
        store.submit(holder(epoch), change, made);
        made.value();
    }

    private SessionHolder holder(long epoch) {
        return new SessionHolder(fleet().organization, fleet().tank.id(), epoch);
    }

    private Instant now() {
        return fleet().clock.instant();
    }

    private static Instant far() {
        return Instant.parse("9999-01-01T00:00:00Z");
    }
}
