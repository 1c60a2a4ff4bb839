/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.limits.Moment;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.session.TlsFacts;
import dev.breakwater.testkit.TestClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** When a device is slowed, told, cut off, and let in again. */
class DeviceUsageTest {

    private static final Limits LIMITS =
            Limits.with(
                    Map.of(
                            Limit.DEVICE_PUBLISHES_PER_SECOND, 10,
                            Limit.DEVICE_BYTES_PER_SECOND, 100_000,
                            Limit.DEVICE_BURST_SECONDS, 2,
                            Limit.TELEMETRY_PAYLOAD_BYTES, 1_000,
                            Limit.DEVICE_TOLD_AFTER_SECONDS, 5,
                            Limit.DEVICE_CUT_AFTER_SECONDS, 30,
                            Limit.DEVICE_CONNECTS_AT_ONCE, 3,
                            Limit.DEVICE_WAIT_LEAST_SECONDS, 2,
                            Limit.DEVICE_WAIT_MOST_SECONDS, 60));

    private final TestClock clock = TestClock.at(Instant.parse("2026-11-22T12:00:00Z"));
    private final QuotaTerms terms = QuotaTerms.of(QuotaProfile.UNSTATED, LIMITS);
    private final DeviceUsage usage = new DeviceUsage();

    @Test
    void leavesADeviceAloneThatKeepsToItsQuota() {
        for (int second = 0; second < 600; second++) {
            for (int packet = 0; packet < 10; packet++) {
                assertThat(packet()).isEqualTo(new Pressure.None());
            }
            clock.advance(Duration.ofSeconds(1));
        }
        assertThat(report().slowed()).isZero();
    }

    @Test
    void slowsForAsLongAsTheDebtLasts() {
        for (int packet = 0; packet < 20; packet++) {
            assertThat(packet()).isEqualTo(new Pressure.None());
        }
        assertThat(packet())
                .isEqualTo(
                        new Pressure.Slow(
                                Quota.PUBLISHES_PER_SECOND, Duration.ofMillis(100), true));
        assertThat(packet())
                .isEqualTo(
                        new Pressure.Slow(
                                Quota.PUBLISHES_PER_SECOND, Duration.ofMillis(200), false));
        clock.advance(Duration.ofMillis(200));
        assertThat(look()).isEqualTo(new Pressure.None());
    }

    @Test
    void countsBytesAsTheyCome() {
        assertThat(usage.spend(terms, 0, 200_000, now())).isEqualTo(new Pressure.None());
        assertThat(usage.spend(terms, 0, 50_000, now()))
                .isEqualTo(new Pressure.Slow(Quota.BYTES_PER_SECOND, Duration.ofMillis(500), true));
    }

    @Test
    void countsWhatGoesOnWithAnExchangeAsAQuarter() {
        for (int packet = 0; packet < 80; packet++) {
            assertThat(usage.spend(terms, QuotaTerms.FOLLOW_UP, 4, now()))
                    .isEqualTo(new Pressure.None());
        }
        assertThat(usage.spend(terms, QuotaTerms.FOLLOW_UP, 4, now()))
                .isInstanceOf(Pressure.Slow.class);
    }

    @Test
    void tellsOnceAndThenCutsOffADeviceThatDoesNotLetUp() {
        overdraw();
        int told = 0;
        for (int second = 1; second < 30; second++) {
            clock.advance(Duration.ofSeconds(1));
            switch (overdraw()) {
                case Pressure.Tell(Quota quota, Duration pause, Duration since) -> {
                    told++;
                    assertThat(quota).isEqualTo(Quota.PUBLISHES_PER_SECOND);
                    assertThat(since).isEqualTo(Duration.ofSeconds(5));
                }
                case Pressure.Slow slow -> assertThat(slow.begins()).isFalse();
                case Pressure.None none -> throw new AssertionError("it was let go");
                case Pressure.Cut cut -> throw new AssertionError("cut after " + cut.since());
            }
        }
        clock.advance(Duration.ofSeconds(1));
        assertThat(overdraw())
                .isEqualTo(
                        new Pressure.Cut(
                                Quota.PUBLISHES_PER_SECOND,
                                Duration.ofSeconds(30),
                                Duration.ofSeconds(2)));
        assertThat(told).isEqualTo(1);
        assertThat(report())
                .returns(1, UsageReport::slowed)
                .returns(1, UsageReport::told)
                .returns(1, UsageReport::cut)
                .returns(Optional.of(clock.instant().plusSeconds(2)), UsageReport::waitsUntil)
                .returns(Optional.of(Quota.PUBLISHES_PER_SECOND), UsageReport::slowedBy);
    }

    @Test
    void cutsNobodyOffUntoldWhenItLooksLate() {
        overdraw();
        clock.advance(Duration.ofSeconds(31));

        assertThat(overdraw()).isInstanceOf(Pressure.Tell.class);
        assertThat(overdraw()).isInstanceOf(Pressure.Cut.class);
    }

    @Test
    void forgivesADeviceThatLetsUp() {
        Instant began = clock.instant();
        overdraw();
        clock.advance(Duration.ofMillis(100));
        assertThat(look()).isEqualTo(new Pressure.None());
        assertThat(report().slowedSince()).contains(began);
        clock.advance(Duration.ofSeconds(2));
        assertThat(report().slowedSince()).isEmpty();

        overdraw();
        assertThat(report().slowed()).isEqualTo(2);
        assertThat(report().slowedSince()).contains(clock.instant());
    }

    @Test
    void doesNotCallALullOfAMomentLettingUp() {
        Instant began = clock.instant();
        overdraw();
        clock.advance(Duration.ofMillis(100));
        look();
        clock.advance(Duration.ofMillis(1_900));
        overdraw();
        assertThat(report().slowedSince()).contains(began);
        assertThat(report().slowed()).isEqualTo(1);
    }

    /** The bucket is full by then, but the device was not read from for a moment. */
    @Test
    void doesNotTakeALateServerForACalmDevice() {
        Instant began = clock.instant();
        overdraw();
        clock.advance(Duration.ofSeconds(20));
        look();
        overdraw();
        assertThat(report().slowedSince()).contains(began);
    }

    @Test
    void doesNotHoldAnOldSlowingAgainstANewConnection() {
        LiveConnection first = usage.connected(facts());
        overdraw();
        usage.disconnected(first, now());
        clock.advance(Duration.ofHours(1));
        usage.connected(facts());
        assertThat(overdraw())
                .isInstanceOfSatisfying(
                        Pressure.Slow.class, slow -> assertThat(slow.begins()).isTrue());
    }

    @Test
    void makesADeviceWaitLongerEachTimeThatComesBackTooOften() {
        for (int connect = 0; connect < 3; connect++) {
            assertThat(connect()).isEmpty();
        }
        for (int seconds : new int[] {2, 4, 8, 16, 32, 60, 60}) {
            assertThat(connect()).contains(Duration.ofSeconds(seconds));
            // Whoever does not wait is turned away, and gains and loses nothing by it.
            clock.advance(Duration.ofSeconds(1));
            assertThat(connect()).contains(Duration.ofSeconds(seconds - 1));
            clock.advance(Duration.ofSeconds(seconds - 1));
            for (int again = 0; again < Math.min(3, seconds); again++) {
                assertThat(connect()).isEmpty();
            }
        }
    }

    @Test
    void forgetsOneDoublingWithEachLongestWaitWithoutAnother() {
        exhaustConnects();
        assertThat(connect()).contains(Duration.ofSeconds(2));
        clock.advance(Duration.ofSeconds(3));
        exhaustConnects();
        assertThat(connect()).contains(Duration.ofSeconds(4));
        clock.advance(Duration.ofSeconds(60));
        exhaustConnects();
        assertThat(connect()).contains(Duration.ofSeconds(4));
        clock.advance(Duration.ofHours(1));
        exhaustConnects();
        assertThat(connect()).contains(Duration.ofSeconds(2));
    }

    @Test
    void keepsWhatWasUsedAcrossConnections() {
        LiveConnection first = usage.connected(facts());
        overdraw();
        usage.disconnected(first, now());
        usage.connected(facts());
        assertThat(packet()).isInstanceOf(Pressure.Slow.class);
    }

    @Test
    void keepsTheSecondConnectionWhenTheFirstEndsAfterIt() {
        LiveConnection first = usage.connected(facts());
        usage.connected(facts());
        usage.disconnected(first, now());
        assertThat(report().connection()).contains(facts());
    }

    @Test
    void metersWhatAConnectionSends() {
        usage.connected(facts());
        for (int second = 0; second < 20; second++) {
            for (int packet = 0; packet < 5; packet++) {
                usage.spend(terms, QuotaTerms.PACKET, 100, now());
            }
            clock.advance(Duration.ofSeconds(1));
        }
        assertThat(report().packetsPerSecond()).isBetween(4.5, 5.5);
        assertThat(report().bytesPerSecond()).isBetween(450.0, 550.0);
        clock.advance(Duration.ofMinutes(1));
        assertThat(report().packetsPerSecond()).isZero();
    }

    @Test
    void restsOnlyWhenNothingOfItMattersAnyMore() {
        Duration memory = Duration.ofHours(1);
        LiveConnection live = usage.connected(facts());
        assertThat(usage.isAtRest(memory, now())).isFalse();
        usage.disconnected(live, now());
        assertThat(usage.isAtRest(memory, now())).isTrue();

        overdraw();
        assertThat(usage.isAtRest(memory, now())).isFalse();
        clock.advance(Duration.ofMinutes(1));
        assertThat(usage.isAtRest(memory, now())).isTrue();

        usage.refused(RefusalReason.TOPIC_REFUSED, now());
        assertThat(report().lastRefusal())
                .contains(new UsageReport.LastRefusal("topic-refused", clock.instant()));
        assertThat(usage.isAtRest(memory, now())).isFalse();
        clock.advance(memory.plusSeconds(1));
        assertThat(usage.isAtRest(memory, now())).isTrue();
    }

    private Moment now() {
        return TestMoments.of(clock).now();
    }

    private Pressure packet() {
        return usage.spend(terms, QuotaTerms.PACKET, 50, now());
    }

    private Pressure look() {
        return usage.spend(terms, 0, 0, now());
    }

    /** As a device does that always has more to send. */
    private Pressure overdraw() {
        for (int packet = 0; packet < 1_000; packet++) {
            Pressure pressure = packet();
            if (!pressure.equals(new Pressure.None())) {
                return pressure;
            }
        }
        throw new AssertionError("a thousand packets were let through");
    }

    private Optional<Duration> connect() {
        return usage.connect(terms, now());
    }

    private void exhaustConnects() {
        for (int connect = 0; connect < 3; connect++) {
            assertThat(connect()).isEmpty();
        }
    }

    private UsageReport report() {
        return usage.report(terms, now());
    }

    private static ConnectionFacts facts() {
        return new ConnectionFacts(
                Instant.parse("2026-11-22T12:00:00Z"),
                "192.0.2.7",
                "mqtt",
                "5.0",
                new TlsFacts("TLSv1.3", "TLS_AES_128_GCM_SHA256", "X25519MLKEM768", false));
    }
}
