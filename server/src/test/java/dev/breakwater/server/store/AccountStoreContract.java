/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.server.account.AccountStore;
import dev.breakwater.server.account.ApiToken;
import dev.breakwater.server.account.CallerId;
import dev.breakwater.server.account.Role;
import dev.breakwater.server.account.SecretDigest;
import dev.breakwater.server.account.TokenId;
import dev.breakwater.server.account.TokenRecord;
import dev.breakwater.server.api.idempotency.ReplayStore;
import dev.breakwater.server.organization.OrganizationId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What accounts and replays need of a store, whichever database it is. */
abstract class AccountStoreContract extends StoreContract {

    private static final SecretDigest DIGEST = new SecretDigest("ab".repeat(32));
    private static final SecretDigest OTHER = new SecretDigest("cd".repeat(32));

    private AccountStore accounts;
    private ReplayStore replays;

    @BeforeEach
    void openAccounts() {
        accounts = new SqlAccountStore(database, audit);
        replays = new SqlReplayStore(database);
    }

    @Test
    void findsATokenByItsIdWithTheStateOfItsOrganization() {
        ApiToken token = add("ci");
        TokenRecord found = accounts.token(token.id(), DIGEST).orElseThrow();
        assertThat(found).isEqualTo(new TokenRecord(token, DIGEST, true));
        organizations.enable(organization, false, event(organization, "organization.disabled"));
        assertThat(accounts.token(token.id(), DIGEST).orElseThrow().organizationEnabled())
                .isFalse();
        assertThat(accounts.token(TokenId.fresh(), DIGEST)).isEmpty();
    }

    @Test
    void tellsOfNothingThatIsOlderThanTheLastChangeOfATokenOrItsOrganization() {
        ApiToken token = add("ci");
        assertThat(accounts.token(token.id(), DIGEST).orElseThrow().token().lastUsedAt()).isEmpty();
        accounts.noteUsed(organization, token.id(), clock.instant());
        // Whatever is written later is durable later.
        assertThat(revoke(organization, TokenId.fresh())).isFalse();
        assertThat(accounts.token(token.id(), DIGEST).orElseThrow().token().lastUsedAt())
                .contains(clock.instant());
        organizations.enable(organization, false, event(organization, "organization.disabled"));
        assertThat(accounts.token(token.id(), DIGEST).orElseThrow().organizationEnabled())
                .isFalse();
        organizations.enable(organization, true, event(organization, "organization.enabled"));
        assertThat(accounts.token(token.id(), DIGEST).orElseThrow().organizationEnabled()).isTrue();
        revoke(organization, token.id());
        assertThat(accounts.token(token.id(), DIGEST).orElseThrow().token().revokedAt())
                .contains(clock.instant());
    }

    /** Readers never rest, so that some of them read right before, in and right after a commit. */
    @Test
    void tellsNobodyOfATokenAsItWasBeforeARevocationThatHasReturned() throws Exception {
        AtomicReference<ApiToken> revoked = new AtomicReference<>();
        AtomicReference<ApiToken> read = new AtomicReference<>(add("first"));
        AtomicBoolean over = new AtomicBoolean();
        Callable<Integer> reading =
                () -> {
                    int late = 0;
                    while (!over.get()) {
                        ApiToken gone = revoked.get();
                        if (gone != null && !isRevoked(gone)) {
                            late++;
                        }
                        var _ = isRevoked(read.get());
                    }
                    return late;
                };
        try (ExecutorService threads = Executors.newThreadPerTaskExecutor(Thread::new)) {
            List<Future<Integer>> readers =
                    IntStream.range(0, 3).mapToObj(_ -> threads.submit(reading)).toList();
            for (int i = 0; i < 60; i++) {
                ApiToken token = read.get();
                revoke(organization, token.id());
                revoked.set(token);
                read.set(add("token " + i));
            }
            over.set(true);
            for (Future<Integer> reader : readers) {
                assertThat(reader.get()).isZero();
            }
        }
    }

    private boolean isRevoked(ApiToken token) {
        return accounts.token(token.id(), DIGEST).orElseThrow().token().revokedAt().isPresent();
    }

    @Test
    void keepsTokensWithinTheirOrganization() {
        ApiToken token = add("ci");
        assertThat(accounts.token(otherOrganization, token.id())).isEmpty();
        assertThat(accounts.tokens(otherOrganization, Optional.empty(), 10)).isEmpty();
        assertThat(revoke(otherOrganization, token.id())).isFalse();
        assertThat(accounts.token(organization, token.id())).contains(token);
    }

    @Test
    void listsTokensPageByPage() {
        ApiToken first = add("a");
        ApiToken second = add("b");
        assertThat(accounts.tokens(organization, Optional.empty(), 10))
                .containsExactlyInAnyOrder(first, second);
        ApiToken one = accounts.tokens(organization, Optional.empty(), 1).getFirst();
        assertThat(accounts.tokens(organization, Optional.of(one.id()), 10))
                .containsExactly(one.equals(first) ? second : first);
    }

    @Test
    void storesNoMoreLiveTokensThanMayBe() {
        ApiToken first = add("a");
        assertThat(add(token("b"), 1)).isFalse();
        revoke(organization, first.id());
        assertThat(add(token("c"), 1)).isTrue();
        clock.advance(Duration.ofDays(2));
        assertThat(add(token("d"), 1)).isTrue();
    }

    @Test
    void revokesATokenOnceAndAuditsItOnce() {
        ApiToken token = add("ci");
        assertThat(revoke(organization, token.id())).isTrue();
        Instant revokedAt = clock.instant();
        clock.advance(Duration.ofHours(1));
        assertThat(revoke(organization, token.id())).isTrue();
        assertThat(accounts.token(organization, token.id()).orElseThrow().revokedAt())
                .contains(revokedAt);
        assertThat(actions(organization)).containsOnlyOnce("token.revoked");
    }

    @Test
    void replacesTheSetupCode() {
        assertThat(accounts.setupCodeExpiry()).isEmpty();
        Instant expiry = clock.instant().plus(Duration.ofHours(1));
        accounts.replaceSetupCode(DIGEST, clock.instant(), expiry.minusSeconds(60));
        accounts.replaceSetupCode(OTHER, clock.instant(), expiry);
        assertThat(accounts.setupCodeExpiry()).contains(expiry);
    }

    @Test
    void completesNoSetupWhereThereIsAnOrganization() {
        assertThat(accounts.anyOrganization()).isTrue();
        accounts.replaceSetupCode(DIGEST, clock.instant(), clock.instant().plusSeconds(60));
        AccountStore.FirstToken first =
                new AccountStore.FirstToken(
                        organizations.organization(organization).orElseThrow(),
                        token("first"),
                        DIGEST,
                        List.of());
        assertThat(accounts.completeSetup(DIGEST, clock.instant(), first)).isFalse();
        assertThat(accounts.setupCodeExpiry()).isPresent();
    }

    @Test
    void reservesAKeyOnce() {
        ReplayStore.Key key = new ReplayStore.Key(new CallerId(UUID.randomUUID()), "k".repeat(64));
        assertThat(replays.reserve(organization, key, "r1", clock.instant(), 10)).isEmpty();
        ReplayStore.Earlier earlier =
                replays.reserve(organization, key, "r2", clock.instant(), 10).orElseThrow();
        assertThat(earlier.requestDigest()).isEqualTo("r1");
        assertThat(earlier.sealedAnswer()).isEmpty();
        assertThat(replays.find(otherOrganization, key)).isEmpty();

        replays.complete(organization, key, new byte[] {1, 2, 3});
        replays.release(organization, key);
        assertThat(replays.find(organization, key).orElseThrow().sealedAnswer().orElseThrow())
                .containsExactly(1, 2, 3);
    }

    @Test
    void releasesAKeyThatWasNotAnswered() {
        ReplayStore.Key key = new ReplayStore.Key(new CallerId(UUID.randomUUID()), "k".repeat(64));
        replays.reserve(organization, key, "r1", clock.instant(), 10);
        replays.release(organization, key);
        assertThat(replays.find(organization, key)).isEmpty();
    }

    @Test
    void forgetsTheOldestKeysWhenThereAreTooMany() {
        CallerId caller = new CallerId(UUID.randomUUID());
        for (int i = 0; i < 5; i++) {
            clock.advance(Duration.ofSeconds(1));
            ReplayStore.Key key = new ReplayStore.Key(caller, "k" + i);
            replays.reserve(organization, key, "r", clock.instant(), 3);
        }
        assertThat(replays.find(organization, new ReplayStore.Key(caller, "k1"))).isEmpty();
        assertThat(replays.find(organization, new ReplayStore.Key(caller, "k2"))).isPresent();
        assertThat(replays.find(organization, new ReplayStore.Key(caller, "k4"))).isPresent();
        assertThat(replays.forgetBefore(clock.instant())).isEqualTo(2);
    }

    private ApiToken token(String name) {
        return new ApiToken(
                TokenId.fresh(),
                organization,
                name,
                Role.OPERATOR,
                clock.instant(),
                clock.instant().plus(Duration.ofDays(1)),
                Optional.empty(),
                Optional.empty());
    }

    private ApiToken add(String name) {
        ApiToken token = token(name);
        assertThat(add(token, 10)).isTrue();
        return token;
    }

    private boolean add(ApiToken token, int liveMax) {
        return accounts.addToken(
                organization, token, DIGEST, liveMax, event(organization, "token.created"));
    }

    private boolean revoke(OrganizationId owner, TokenId id) {
        return accounts.revokeToken(owner, id, clock.instant(), event(owner, "token.revoked"));
    }
}
