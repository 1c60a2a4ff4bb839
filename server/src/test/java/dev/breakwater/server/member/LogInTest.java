/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.member;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.sealing.SealingKey;
import dev.breakwater.server.account.Role;
import dev.breakwater.server.account.SecretDigest;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.identity.Organization;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.organization.MemberId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.store.Database;
import dev.breakwater.server.store.DatabaseLocation;
import dev.breakwater.server.store.SqlAuditLog;
import dev.breakwater.server.store.SqlFactorStore;
import dev.breakwater.server.store.SqlKnownSourceStore;
import dev.breakwater.server.store.SqlMemberSessionStore;
import dev.breakwater.server.store.SqlMemberStore;
import dev.breakwater.server.store.SqlOrganizationStore;
import dev.breakwater.testkit.TestClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a log-in costs, which must tell nobody whether an address is a member's. */
class LogInTest {

    private static final String PAT = "pat@reef.example";
    private static final String PASSWORD = "teal lantern over gravel 7";
    private static final LogIn.From SOMEWHERE = new LogIn.From("192.0.2.7", Optional.empty());

    private final TestClock clock = TestClock.atPresent();
    private final List<Passwords.Cost> spent = Collections.synchronizedList(new ArrayList<>());
    private final Passwords passwords =
            new Passwords(
                    (password, _, cost) -> {
                        spent.add(cost);
                        byte[] weak = new byte[32];
                        System.arraycopy(password, 0, weak, 0, Math.min(32, password.length));
                        return weak;
                    });
    private final OrganizationId organization = OrganizationId.fresh();
    private Database database;
    private SqlMemberStore members;
    private Member pat;
    private LogIn logIn;

    @BeforeEach
    void start(@TempDir Path directory) {
        Limits limits = Limits.defaults();
        database =
                Database.open(
                        new DatabaseLocation.SqliteFile(directory.resolve("breakwater.db")),
                        limits);
        SqlAuditLog audit = new SqlAuditLog(database, clock);
        members = new SqlMemberStore(database, audit);
        new SqlOrganizationStore(database, audit)
                .add(
                        new Organization(organization, "Reef", true, false, clock.instant(), 1),
                        event(AuditAction.ORGANIZATION_CREATED));
        pat = join();
        SqlFactorStore factors = new SqlFactorStore(database, audit);
        Passkeys passkeys = new Passkeys(RelyingParty.of(List.of("localhost"), 8443));
        logIn =
                new LogIn(
                        members,
                        new MemberSessions(
                                new SqlMemberSessionStore(database, audit), limits, clock),
                        passwords,
                        new SecondFactors(factors, passkeys, SealingKey.random(), limits, clock),
                        passkeys,
                        factors,
                        new Challenges(clock),
                        new SqlKnownSourceStore(database),
                        limits,
                        clock);
        spent.clear();
    }

    @AfterEach
    void stop() {
        database.close();
    }

    @Test
    void spendsTheSameWorkWhateverIsWrong() {
        assertThat(attempt(PAT, "another pass phrase")).isInstanceOf(LogIn.Outcome.Refused.class);
        Passwords.Cost wrong = onlyCost();
        for (String stranger : new String[] {"nobody@reef.example", "no address", ""}) {
            assertThat(attempt(stranger, PASSWORD)).isInstanceOf(LogIn.Outcome.Refused.class);
            assertThat(onlyCost()).isEqualTo(wrong);
        }
        assertThat(attempt(PAT, "x".repeat(100_000))).isInstanceOf(LogIn.Outcome.Refused.class);
        assertThat(onlyCost()).isEqualTo(wrong);
        assertThat(attempt(PAT, PASSWORD)).isInstanceOf(LogIn.Outcome.Done.class);
        assertThat(onlyCost()).isEqualTo(wrong);

        disable();
        assertThat(attempt(PAT, PASSWORD)).isInstanceOf(LogIn.Outcome.Refused.class);
        assertThat(onlyCost()).isEqualTo(wrong);
    }

    @Test
    void spendsNothingOnWhoeverComesTooSoon() {
        for (int i = 0; i < 4; i++) {
            var _ = attempt(PAT, "guess number " + i);
        }
        spent.clear();
        assertThat(attempt(PAT, PASSWORD)).isInstanceOf(LogIn.Outcome.TooSoon.class);
        assertThat(spent).isEmpty();
    }

    private LogIn.Outcome attempt(String address, String password) {
        return logIn.attempt(address, password, Optional.empty(), SOMEWHERE, any -> true);
    }

    private Passwords.Cost onlyCost() {
        assertThat(spent).hasSize(1);
        return spent.removeFirst();
    }

    private Member join() {
        Email email = Email.parse(PAT).orElseThrow();
        Invitation invitation =
                new Invitation(
                        InvitationId.fresh(),
                        organization,
                        email,
                        Role.OPERATOR,
                        clock.instant(),
                        clock.instant().plus(Duration.ofDays(1)));
        members.invite(
                organization,
                invitation,
                SecretDigest.of("code"),
                10,
                event(AuditAction.MEMBER_INVITED));
        Member member =
                new Member(
                        MemberId.fresh(),
                        organization,
                        email,
                        "Pat",
                        Role.OPERATOR,
                        clock.instant(),
                        Optional.empty(),
                        1);
        assertThat(
                        members.accept(
                                organization,
                                invitation,
                                member,
                                passwords.hash(PASSWORD),
                                event(AuditAction.MEMBER_JOINED)))
                .isTrue();
        return member;
    }

    private void disable() {
        assertThat(
                        members.change(
                                organization,
                                pat.id(),
                                Optional.empty(),
                                any -> true,
                                member -> member.disabledSince(clock.instant()),
                                clock.instant(),
                                event(AuditAction.MEMBER_DISABLED)))
                .isInstanceOf(MemberStore.Change.Changed.class);
    }

    private AuditEvent event(AuditAction action) {
        return AuditEvent.of(organization, new Actor.Server(), action, "test", Map.of());
    }
}
