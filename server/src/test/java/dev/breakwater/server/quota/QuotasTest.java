/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.limits.Moment;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.session.TlsFacts;
import dev.breakwater.testkit.TestClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The table of what devices use, and what products state. */
class QuotasTest {

    private static final ConnectionFacts SOMEHOW =
            new ConnectionFacts(
                    Instant.EPOCH,
                    "192.0.2.7",
                    "mqtt",
                    "5.0",
                    new TlsFacts("TLSv1.3", "suite", "group", false));

    private final TestClock clock = TestClock.at(Instant.parse("2026-11-22T12:00:00Z"));
    private final Moment.Source moments = TestMoments.of(clock);

    @Test
    void givesADeviceTheLimitsWhereItsProductStatesNothing() {
        Quotas quotas = new Quotas(Limits.defaults(), moments);
        QuotaTerms terms =
                quotas.terms(
                        new QuotaProfile(
                                Map.of(Quota.PUBLISHES_PER_SECOND, 7, Quota.SUBSCRIPTIONS, 3)));
        assertThat(terms.requests().perSecond()).isEqualTo(7 * QuotaTerms.PACKET);
        assertThat(terms.subscriptions()).isEqualTo(3);
        assertThat(terms.bytes().perSecond()).isEqualTo(524_288);
        assertThat(terms.payloadBytes()).isEqualTo(131_072);
        assertThat(terms.inflight()).isEqualTo(100);
        assertThat(terms.connects().perSecond()).isEqualTo(1);
    }

    @Test
    void neverGivesMoreThanTheOperatorAllows() {
        Limits limits =
                Limits.with(
                        Map.of(
                                Limit.DEVICE_PUBLISHES_PER_SECOND_HIGHEST, 50,
                                Limit.DEVICE_PUBLISHES_PER_SECOND, 60));
        QuotaProfile greedy = new QuotaProfile(Map.of(Quota.PUBLISHES_PER_SECOND, 1_000));
        assertThat(greedy.inForce(Quota.PUBLISHES_PER_SECOND, limits)).isEqualTo(50);
        assertThat(QuotaProfile.UNSTATED.inForce(Quota.PUBLISHES_PER_SECOND, limits)).isEqualTo(50);
    }

    @Test
    void refusesAQuotaOfNothing() {
        assertThatThrownBy(() -> new QuotaProfile(Map.of(Quota.INFLIGHT, 0)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("inflight is 0");
    }

    @Test
    void forgetsDevicesAtRestAndKeepsTheOthers() {
        Quotas quotas = new Quotas(Limits.defaults(), moments);
        DeviceId rogue = DeviceId.fresh();
        quotas.noteRefused(rogue, RefusalReason.TOPIC_REFUSED);
        for (int i = 0; i < 10_000; i++) {
            quotas.usage(DeviceId.fresh());
        }
        assertThat(quotas.devices()).isLessThan(2_100);
        assertThat(quotas.report(rogue, QuotaProfile.UNSTATED).lastRefusal()).isPresent();
    }

    @Test
    void neverRemembersMoreThanItsLimit() {
        Quotas quotas = new Quotas(Limits.with(Map.of(Limit.DEVICES_REMEMBERED, 64)), moments);
        DeviceId connected = DeviceId.fresh();
        quotas.usage(connected).connected(SOMEHOW);
        for (int i = 0; i < 1_000; i++) {
            quotas.noteRefused(DeviceId.fresh(), RefusalReason.TOPIC_REFUSED);
            assertThat(quotas.devices()).isLessThanOrEqualTo(64);
        }
        assertThat(quotas.report(connected, QuotaProfile.UNSTATED).connection()).isPresent();
    }

    @Test
    void knowsNothingOfADeviceThatNeverCame() {
        Quotas quotas = new Quotas(Limits.defaults(), moments);
        assertThat(quotas.report(DeviceId.fresh(), QuotaProfile.UNSTATED))
                .isEqualTo(UsageReport.NOTHING);
        assertThat(quotas.waits(DeviceId.fresh())).isEmpty();
        assertThat(quotas.devices()).isZero();
    }

    @Test
    void tellsHowLongADeviceHasToWait() {
        Quotas quotas = new Quotas(Limits.with(Map.of(Limit.DEVICE_CONNECTS_AT_ONCE, 1)), moments);
        DeviceId device = DeviceId.fresh();
        assertThat(quotas.connect(device, QuotaProfile.UNSTATED)).isEmpty();
        assertThat(quotas.connect(device, QuotaProfile.UNSTATED)).contains(Duration.ofSeconds(2));
        clock.advance(Duration.ofSeconds(1));
        assertThat(quotas.waits(device)).contains(Duration.ofSeconds(1));
        clock.advance(Duration.ofSeconds(1));
        assertThat(quotas.waits(device)).isEmpty();
        assertThat(quotas.connect(device, QuotaProfile.UNSTATED)).isEmpty();
    }
}
