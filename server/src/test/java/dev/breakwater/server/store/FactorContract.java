/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.server.account.Role;
import dev.breakwater.server.account.SecretDigest;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.member.Email;
import dev.breakwater.server.member.Factor;
import dev.breakwater.server.member.FactorId;
import dev.breakwater.server.member.FactorStore;
import dev.breakwater.server.member.Invitation;
import dev.breakwater.server.member.InvitationId;
import dev.breakwater.server.member.Member;
import dev.breakwater.server.member.Passkey;
import dev.breakwater.server.member.PasswordHash;
import dev.breakwater.server.organization.MemberId;
import dev.breakwater.server.organization.OrganizationId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What second factors need of a store, whichever database it is. */
abstract class FactorContract extends StoreContract {

    private static final byte[] SEALED = {1, 2, 3};
    private static final int MAX = 3;

    private FactorStore factors;
    private MemberId member;

    @BeforeEach
    void openFactors() {
        factors = new SqlFactorStore(database, audit);
        member = join();
    }

    @Test
    void countsAFactorOnlyOnceItIsConfirmed() {
        Factor totp = begin("App");
        assertThat(factors.confirmedTotp(organization, member)).isEmpty();
        assertThat(factors.factor(organization, member, totp.id()).orElseThrow().sealedSecret())
                .isEqualTo(SEALED);

        FactorStore.Confirmed confirmed = confirm(totp, 7, codes("a", "b")).orElseThrow();
        assertThat(confirmed.codesTaken()).isTrue();
        assertThat(confirmed.factor().confirmedAt()).contains(clock.instant());
        assertThat(confirm(totp, 8, codes("c"))).isEmpty();
        assertThat(factors.confirmedTotp(organization, member))
                .singleElement()
                .extracting(FactorStore.Known::lastStep)
                .isEqualTo(7L);
        assertThat(factors.recoveryCodesLeft(organization, member)).isEqualTo(2);
    }

    @Test
    void usesEachStepUpOnce() {
        Factor totp = begin("App");
        confirm(totp, 7, codes("a"));
        assertThat(use(totp, 7)).isFalse();
        assertThat(use(totp, 9)).isTrue();
        assertThat(use(totp, 9)).isFalse();
        assertThat(use(totp, 8)).isFalse();
    }

    @Test
    void keepsRecoveryCodesOfTheFirstFactorAndUsesEachOnce() {
        confirm(begin("App"), 1, codes("a", "b"));
        assertThat(confirm(begin("Other"), 1, codes("c")).orElseThrow().codesTaken()).isFalse();
        assertThat(factors.useRecoveryCode(organization, member, SecretDigest.of("c"))).isFalse();
        assertThat(factors.useRecoveryCode(organization, member, SecretDigest.of("a"))).isTrue();
        assertThat(factors.useRecoveryCode(organization, member, SecretDigest.of("a"))).isFalse();
        factors.replaceRecoveryCodes(organization, member, codes("d"), event());
        assertThat(factors.useRecoveryCode(organization, member, SecretDigest.of("b"))).isFalse();
        assertThat(factors.useRecoveryCode(organization, member, SecretDigest.of("d"))).isTrue();
    }

    @Test
    void letsOnePasskeyBelongToOneMemberAndItsCounterOnlyRise() {
        Factor key = factor(Factor.Kind.PASSKEY, "Key", Optional.of(clock.instant()));
        Passkey passkey = new Passkey("Y3JlZA", new byte[] {9}, 4);
        assertThat(add(key, passkey)).isPresent();
        member = join();
        assertThat(add(factor(Factor.Kind.PASSKEY, "K", Optional.of(clock.instant())), passkey))
                .isEmpty();

        FactorStore.KnownPasskey known = factors.passkey("Y3JlZA").orElseThrow();
        assertThat(known.factor().id()).isEqualTo(key.id());
        assertThat(known.passkey().signCount()).isEqualTo(4);
        MemberId of = key.member();
        assertThat(factors.usePasskey(organization, of, key.id(), 4, clock.instant())).isFalse();
        assertThat(factors.usePasskey(organization, of, key.id(), 5, clock.instant())).isTrue();
        assertThat(factors.credentialIds(organization, of)).containsExactly("Y3JlZA");
        assertThat(factors.passkey("bm9uZQ")).isEmpty();
    }

    @Test
    void takesAPasskeyThatDoesNotCount() {
        Factor key = factor(Factor.Kind.PASSKEY, "Key", Optional.of(clock.instant()));
        assertThat(add(key, new Passkey("Y3JlZA", new byte[] {9}, 0))).isPresent();
        for (int i = 0; i < 2; i++) {
            assertThat(factors.usePasskey(organization, member, key.id(), 0, clock.instant()))
                    .isTrue();
        }
    }

    @Test
    void holdsAsManyAsMayBeAndForgetsWhatWasNeverConfirmed() {
        for (int i = 0; i < MAX; i++) {
            confirm(begin("App " + i), 1, codes("a"));
        }
        Factor tooMany = factor(Factor.Kind.TOTP, "One more", Optional.empty());
        assertThat(factors.begin(organization, tooMany, SEALED, MAX)).isFalse();
        assertThat(factors.factors(organization, member)).hasSize(MAX);
        assertThat(remove(factors.factors(organization, member).getFirst().id())).isTrue();
        begin("Never confirmed");
        Factor last = begin("Confirmed");
        assertThat(factors.factors(organization, member)).contains(last).hasSize(MAX);
    }

    @Test
    void removesTheRecoveryCodesWithTheLastFactor() {
        Factor totp = begin("App");
        confirm(totp, 1, codes("a"));
        assertThat(remove(FactorId.parse(UUID.randomUUID().toString()))).isFalse();
        assertThat(remove(totp.id())).isTrue();
        assertThat(factors.recoveryCodesLeft(organization, member)).isZero();
    }

    @Test
    void keepsFactorsWithinTheirOrganization() {
        Factor totp = begin("App");
        confirm(totp, 1, codes("a"));
        assertThat(factors.factors(otherOrganization, member)).isEmpty();
        assertThat(factors.confirmedTotp(otherOrganization, member)).isEmpty();
        assertThat(factors.remove(otherOrganization, member, totp.id(), event())).isFalse();
        assertThat(factors.removeAll(otherOrganization, member, any -> true, event()))
                .isEqualTo(new FactorStore.Removal.NoSuchMember());
        assertThat(factors.removeAll(organization, member, any -> false, event()))
                .isInstanceOf(FactorStore.Removal.Forbidden.class);
        assertThat(factors.useRecoveryCode(otherOrganization, member, SecretDigest.of("a")))
                .isFalse();
        assertThat(factors.removeAll(organization, member, any -> true, event()))
                .isEqualTo(new FactorStore.Removal.Done());
        assertThat(factors.factors(organization, member)).isEmpty();
    }

    private Factor begin(String name) {
        Factor factor = factor(Factor.Kind.TOTP, name, Optional.empty());
        assertThat(factors.begin(organization, factor, SEALED, MAX)).isTrue();
        return factor;
    }

    private Optional<FactorStore.Confirmed> confirm(
            Factor factor, long step, List<SecretDigest> codes) {
        return factors.confirm(
                organization, member, factor.id(), step, codes, clock.instant(), event());
    }

    private Optional<FactorStore.Confirmed> add(Factor factor, Passkey passkey) {
        return factors.addPasskey(organization, factor, passkey, codes("r"), MAX, event());
    }

    private boolean use(Factor factor, long step) {
        return factors.useStep(organization, member, factor.id(), step, clock.instant());
    }

    private boolean remove(FactorId id) {
        return factors.remove(organization, member, id, event());
    }

    private Factor factor(Factor.Kind kind, String name, Optional<java.time.Instant> confirmedAt) {
        clock.advance(Duration.ofMillis(1));
        return new Factor(
                FactorId.parse(dev.breakwater.protocol.TimeOrderedUuid.fresh().toString()),
                member,
                kind,
                name,
                clock.instant(),
                confirmedAt,
                Optional.empty());
    }

    private static List<SecretDigest> codes(String... codes) {
        return java.util.Arrays.stream(codes).map(SecretDigest::of).toList();
    }

    private AuditEvent event() {
        return event(organization, "member.factor-added");
    }

    private MemberId join() {
        OrganizationId of = organization;
        Email email = Email.parse(UUID.randomUUID() + "@reef.example").orElseThrow();
        Invitation invitation =
                new Invitation(
                        InvitationId.parse(UUID.randomUUID().toString()),
                        of,
                        email,
                        Role.SUPPORT,
                        clock.instant(),
                        clock.instant().plus(Duration.ofDays(1)));
        SqlMemberStore members = new SqlMemberStore(database, audit);
        members.invite(
                of, invitation, SecretDigest.of(email.text()), 100, event(of, "member.invited"));
        Member joined =
                new Member(
                        new MemberId(UUID.randomUUID()),
                        of,
                        email,
                        "Somebody",
                        Role.SUPPORT,
                        clock.instant(),
                        Optional.empty(),
                        1);
        boolean accepted =
                members.accept(
                        of,
                        invitation,
                        joined,
                        new PasswordHash("$argon2id$x"),
                        event(of, "member.joined"));
        assertThat(accepted).isTrue();
        return joined.id();
    }
}
