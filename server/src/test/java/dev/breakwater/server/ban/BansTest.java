/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.ban;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.audit.RecordingAuditLog;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.quota.TestMoments;
import dev.breakwater.server.refusal.Refusal;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.testkit.TestClock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BansTest {

    private static final SourceNetwork ATTACKER = SourceNetwork.of("203.0.113.9");
    private static final Duration DAY = Duration.ofDays(1);

    private final TestClock clock = TestClock.at(Instant.parse("2027-01-10T08:00:00Z"));
    private final RecordingAuditLog audited = new RecordingAuditLog();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Bans bans = bans(Map.of(), "198.51.100.0/24");

    private Bans bans(Map<Limit, Integer> changed, String... never) {
        return new Bans(
                Limits.with(changed),
                TestMoments.of(clock),
                audited,
                meters,
                List.of(never).stream().map(AddressRange::parse).toList());
    }

    @Test
    void bansASourceThatGuessesTokensByTheHundred() throws Exception {
        refuse(RefusalReason.TOKEN_UNKNOWN, "203.0.113.9", 200);
        assertThat(bans.turnsAway(ATTACKER)).isFalse();

        refuse(RefusalReason.TOKEN_UNKNOWN, "203.0.113.9", 1);

        assertThat(bans.turnsAway(ATTACKER)).isTrue();
        assertThat(bans.turnsAway(SourceNetwork.of("203.0.113.10"))).isFalse();
        assertThat(bans.list())
                .containsExactly(
                        new Ban(
                                ATTACKER,
                                "token-unknown",
                                clock.instant(),
                                clock.instant().plusSeconds(60),
                                1));
        AuditEvent entry = audited.next();
        assertThat(entry.action()).isEqualTo("ban.begun");
        assertThat(entry.organization()).isEmpty();
        assertThat(entry.subject()).isEqualTo("network:203.0.113.9");
        assertThat(entry.details())
                .containsEntry("reason", "token-unknown")
                .containsEntry("count", "1")
                .containsEntry("until", "2027-01-10T08:01:00Z");
        assertThat(meters.counter("breakwater.bans.begun").count()).isEqualTo(1);
        assertThat(meters.counter("breakwater.bans.turned.away").count()).isEqualTo(1);
        assertThat(meters.get("breakwater.bans").gauge().value()).isEqualTo(1);
    }

    @Test
    void bansBecauseSomebodyWantsIt() throws Exception {
        Actor pat = new Actor.Person("pat");
        Ban ban = bans.impose(ATTACKER, Duration.ofHours(2), "finding:7", pat);

        assertThat(ban.until()).isEqualTo(clock.instant().plus(Duration.ofHours(2)));
        assertThat(bans.turnsAway(ATTACKER)).isTrue();
        AuditEvent entry = audited.next();
        assertThat(entry.action()).isEqualTo("ban.begun");
        assertThat(entry.actor()).isEqualTo(pat);
        assertThat(entry.details()).containsEntry("reason", "finding:7");
        assertThat(meters.counter("breakwater.bans.begun").count()).isEqualTo(1);

        // A shorter one takes nothing from it.
        assertThat(bans.impose(ATTACKER, Duration.ofHours(1), "finding:8", pat)).isEqualTo(ban);
        assertThat(bans.impose(ATTACKER, Duration.ofHours(3), "finding:8", pat).reason())
                .isEqualTo("finding:8");
        clock.advance(Duration.ofHours(3));
        assertThat(bans.turnsAway(ATTACKER)).isFalse();
    }

    @Test
    void bansNobodyWhoIsExceptedOrForLongerThanTheLongest() {
        Actor pat = new Actor.Person("pat");
        SourceNetwork excepted = SourceNetwork.of("198.51.100.7");
        assertThat(bans.excepts(excepted)).isTrue();
        assertThat(bans.excepts(ATTACKER)).isFalse();
        assertThatThrownBy(() -> bans.impose(excepted, Duration.ofHours(1), "finding:7", pat))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> bans.impose(ATTACKER, DAY.plusSeconds(1), "finding:7", pat))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(bans.list()).isEmpty();
    }

    /** Ten points a second are forgiven: two wrong tokens, or ten requests too many, for ever. */
    @Test
    void doesNotBanWhoeverIsMerelyClumsy() {
        for (int second = 0; second < 3_600; second++) {
            refuse(RefusalReason.TOKEN_UNKNOWN, "203.0.113.9", 1);
            refuse(RefusalReason.TOO_MANY_REQUESTS, "203.0.113.9", 5);
            clock.advance(Duration.ofSeconds(1));
        }
        assertThat(bans.list()).isEmpty();
        assertThat(audited.hasNoMore()).isTrue();
    }

    /** Whoever floods the devices' port with receipts or questions for the time. */
    @Test
    void bansWhoeverHandsInWhatNobodySoundHandsIn() {
        int number = 0;
        for (RefusalReason reason :
                List.of(
                        RefusalReason.RECEIPT_FORGED,
                        RefusalReason.RECEIPT_KEY_UNKNOWN,
                        RefusalReason.RECEIPT_NOT_ORDERED,
                        RefusalReason.RECEIPT_MALFORMED,
                        RefusalReason.RECEIPT_TOO_LARGE,
                        RefusalReason.TIME_NONCE_REFUSED)) {
            SourceNetwork source = SourceNetwork.of("203.0.113." + ++number);
            for (int i = 0; i < 20; i++) {
                bans.count(refusal(reason, "est", "203.0.113." + number));
            }
            assertThat(bans.turnsAway(source)).as("%s, a few", reason).isFalse();
            for (int i = 0; i < 200; i++) {
                bans.count(refusal(reason, "est", "203.0.113." + number));
            }
            assertThat(bans.turnsAway(source)).as("%s, many", reason).isTrue();
        }
    }

    @Test
    void doesNotBanForWhatTheServerOrAnOrganizationIsToBlameFor() {
        for (RefusalReason reason :
                List.of(
                        RefusalReason.SERVER_BUSY,
                        RefusalReason.STORAGE_UNAVAILABLE,
                        RefusalReason.STORAGE_FULL,
                        RefusalReason.ISSUANCE_FAILED,
                        RefusalReason.BUDGET_SPENT,
                        RefusalReason.PERMISSION_MISSING,
                        RefusalReason.ORGANIZATION_DISABLED,
                        RefusalReason.CONNECTION_SHED)) {
            refuse(reason, "203.0.113.9", 2_000);
        }
        assertThat(bans.list()).isEmpty();
    }

    /** What happens on the device channel is judged there. */
    @Test
    void doesNotCountWhatTheDeviceChannelRefuses() {
        for (int i = 0; i < 2_000; i++) {
            bans.count(refusal(RefusalReason.TLS_HANDSHAKE_FAILED, "channel", "203.0.113.9"));
        }
        assertThat(bans.list()).isEmpty();
    }

    @Test
    void endsABanByItselfAndDoublesTheNextOne() {
        Duration length = Duration.ofMinutes(1);
        for (int count = 1; count <= 14; count++) {
            ban();
            Ban ban = bans.list().getFirst();
            assertThat(ban.count()).isEqualTo(count);
            assertThat(Duration.between(ban.begun(), ban.until()))
                    .isEqualTo(length.compareTo(DAY) < 0 ? length : DAY);
            clock.set(ban.until().minusNanos(1));
            assertThat(bans.turnsAway(ATTACKER)).isTrue();
            clock.set(ban.until());
            assertThat(bans.turnsAway(ATTACKER)).isFalse();
            assertThat(bans.list()).isEmpty();
            length = length.multipliedBy(2);
        }
    }

    @Test
    void forgetsABanAfterEachDayWithoutOne() {
        for (int count = 1; count <= 4; count++) {
            ban();
            clock.set(bans.list().getFirst().until());
        }
        clock.advance(DAY.multipliedBy(2));
        ban();
        assertThat(bans.list().getFirst().count()).isEqualTo(3);
        clock.set(bans.list().getFirst().until().plus(DAY.multipliedBy(30)));
        ban();
        assertThat(bans.list().getFirst().count()).isEqualTo(1);
    }

    /** Connections older than the ban may still be refused something; that is not a new offence. */
    @Test
    void countsNothingWhileTheSourceIsBanned() {
        ban();
        refuse(RefusalReason.TOKEN_UNKNOWN, "203.0.113.9", 1_000);
        clock.set(bans.list().getFirst().until());
        assertThat(bans.turnsAway(ATTACKER)).isFalse();
        refuse(RefusalReason.TOKEN_UNKNOWN, "203.0.113.9", 200);
        assertThat(bans.turnsAway(ATTACKER)).isFalse();
    }

    @Test
    void neverBansWhatTheOperatorExcepts() {
        refuse(RefusalReason.TOKEN_UNKNOWN, "198.51.100.20", 10_000);
        assertThat(bans.list()).isEmpty();
        refuse(RefusalReason.TOKEN_UNKNOWN, "198.51.101.20", 10_000);
        assertThat(bans.list()).hasSize(1);
    }

    @Test
    void takesACustomerOfIpv6AsOne() {
        for (int i = 0; i < 201; i++) {
            refuse(RefusalReason.TOKEN_UNKNOWN, "2001:db8:1:2::" + Integer.toHexString(i), 1);
        }
        assertThat(bans.turnsAway(SourceNetwork.of("2001:db8:1:2:ffff::1"))).isTrue();
    }

    @Test
    void isLiftedByHandAndForgotten() throws Exception {
        ban();
        assertThat(audited.next().action()).isEqualTo("ban.begun");

        assertThat(bans.lift(SourceNetwork.of("203.0.113.10"))).isEmpty();
        assertThat(bans.lift(ATTACKER)).isPresent();

        assertThat(bans.turnsAway(ATTACKER)).isFalse();
        AuditEvent entry = audited.next();
        assertThat(entry.action()).isEqualTo("ban.lifted");
        assertThat(entry.actor()).isEqualTo(new Actor.LocalOperator());
        assertThat(bans.lift(ATTACKER)).isEmpty();
        assertThat(audited.hasNoMore()).isTrue();
        ban();
        assertThat(bans.list().getFirst().count()).isEqualTo(1);
    }

    /** With more bans than the table holds, the one that would end first goes. */
    @Test
    void boundsTheBans() {
        Bans few = bans(Map.of(Limit.BANS, 16, Limit.BAN_POINTS, 10));
        for (int i = 0; i < 40; i++) {
            String source = "203.0.113." + i;
            few.count(refusal(RefusalReason.REQUEST_MALFORMED, "api", source));
            few.count(refusal(RefusalReason.REQUEST_MALFORMED, "api", source));
            clock.advance(Duration.ofMillis(1));
        }
        assertThat(few.list()).hasSize(16);
        assertThat(few.turnsAway(SourceNetwork.of("203.0.113.39"))).isTrue();
        assertThat(few.turnsAway(SourceNetwork.of("203.0.113.0"))).isFalse();
    }

    /** Whoever has more addresses than the table holds is not stopped, and stops nothing. */
    @Test
    void boundsTheSuspects() {
        Bans few = bans(Map.of(Limit.BAN_SOURCES, 16, Limit.BAN_POINTS, 10));
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 17; i++) {
                few.count(refusal(RefusalReason.REQUEST_MALFORMED, "api", "203.0.113." + i));
            }
        }
        assertThat(few.list()).isEmpty();
    }

    private void ban() {
        refuse(RefusalReason.TOKEN_UNKNOWN, "203.0.113.9", 201);
        assertThat(bans.list()).hasSize(1);
    }

    private void refuse(RefusalReason reason, String source, int times) {
        for (int i = 0; i < times; i++) {
            bans.count(refusal(reason, "api", source));
        }
    }

    private static Refusal refusal(RefusalReason reason, String gate, String source) {
        return new Refusal(
                reason,
                gate,
                Optional.empty(),
                new Actor.Unproven(source),
                Map.of("source", source));
    }
}
