/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.envelope.RecipientKeyPair;
import dev.breakwater.protocol.envelope.Suite;
import dev.breakwater.protocol.envelope.Validity;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.envelope.EnvelopeKey;
import dev.breakwater.server.envelope.EnvelopeKeyId;
import dev.breakwater.server.envelope.EnvelopeKeyStore.Addition;
import dev.breakwater.server.envelope.EnvelopeKeyStore.Kept;
import dev.breakwater.server.envelope.KeyHolder;
import dev.breakwater.server.envelope.Sealing;
import dev.breakwater.server.envelope.SealingPolicy;
import dev.breakwater.server.envelope.SealingStore.Change;
import dev.breakwater.server.envelope.SealingStore.OfProduct;
import dev.breakwater.server.envelope.SealingStore.Stored;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.risk.RiskProfile;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where envelope keys and sealing policies are kept. */
abstract class EnvelopeContract extends StoreContract {

    private static final SealingPolicy TO_SERVER =
            new SealingPolicy(Sealing.REQUIRED, KeyHolder.SERVER);

    private SqlEnvelopeKeyStore keys;
    private SqlSealingStore policies;

    @BeforeEach
    void wire() {
        keys = new SqlEnvelopeKeyStore(database, audit);
        policies = new SqlSealingStore(database, audit);
    }

    @Test
    void keepsAllThatThereIsToAKey() {
        Kept server = kept(organization, KeyHolder.SERVER);
        Kept own = kept(organization, KeyHolder.ORGANIZATION);
        assertThat(add(server)).isEqualTo(Addition.ADDED);
        assertThat(add(own)).isEqualTo(Addition.ADDED);
        assertThat(keys.keys(organization))
                .extracting(Kept::key)
                .containsExactlyInAnyOrder(server.key(), own.key());
        assertThat(keys.keys(organization))
                .filteredOn(each -> each.key().equals(server.key()))
                .singleElement()
                .satisfies(
                        each ->
                                assertThat(each.sealedPrivateKey().orElseThrow())
                                        .isEqualTo(server.sealedPrivateKey().orElseThrow()));
        assertThat(keys.keys(otherOrganization)).isEmpty();
        assertThat(keys.keys(Optional.empty(), 10)).hasSize(2);
        EnvelopeKeyId last = keys.keys(Optional.empty(), 10).getLast().key().id();
        assertThat(keys.keys(Optional.of(last), 10)).isEmpty();
        assertThat(actions(organization)).startsWith("envelope-key.created");
    }

    @Test
    void putsAnEndToTheServersKeysBeforeAndToNobodyElses() {
        Kept first = kept(organization, KeyHolder.SERVER);
        Kept own = kept(organization, KeyHolder.ORGANIZATION);
        Kept foreign = kept(otherOrganization, KeyHolder.SERVER);
        add(first);
        add(own);
        add(foreign);
        Instant end = clock.instant().plus(Duration.ofDays(3));
        Kept second = kept(organization, KeyHolder.SERVER);
        assertThat(keys.add(organization, second, end, 10, created(organization)))
                .isEqualTo(Addition.ADDED);
        assertThat(ending(organization, first)).contains(end);
        assertThat(ending(organization, second)).isEmpty();
        assertThat(ending(organization, own)).isEmpty();
        assertThat(ending(otherOrganization, foreign)).isEmpty();
        // A further rotation leaves the end that was stated.
        Kept third = kept(organization, KeyHolder.SERVER);
        keys.add(organization, third, end.plusSeconds(60), 10, created(organization));
        assertThat(ending(organization, first)).contains(end);
        assertThat(ending(organization, second)).contains(end.plusSeconds(60));
    }

    @Test
    void refusesAKeyThatIsThereAndOneTooMany() {
        Kept own = kept(organization, KeyHolder.ORGANIZATION);
        add(own);
        int before = actions(organization).size();
        Kept again =
                new Kept(
                        new EnvelopeKey(
                                EnvelopeKeyId.fresh(),
                                organization,
                                KeyHolder.ORGANIZATION,
                                own.key().key(),
                                clock.instant(),
                                Optional.empty()),
                        Optional.empty());
        assertThat(add(again)).isEqualTo(Addition.KNOWN);
        Kept other = kept(organization, KeyHolder.SERVER);
        assertThat(keys.add(organization, other, clock.instant(), 1, created(organization)))
                .isEqualTo(Addition.TOO_MANY);
        assertThat(keys.keys(organization)).hasSize(1);
        assertThat(actions(organization)).hasSize(before);
    }

    @Test
    void removesAKeyOfTheOrganizationAlone() {
        Kept key = kept(organization, KeyHolder.SERVER);
        add(key);
        assertThat(keys.remove(otherOrganization, key.key().id(), created(otherOrganization)))
                .isFalse();
        assertThat(keys.keys(organization)).hasSize(1);
        assertThat(
                        keys.remove(
                                organization,
                                key.key().id(),
                                event(organization, "envelope-key.retired")))
                .isTrue();
        assertThat(keys.keys(organization)).isEmpty();
        assertThat(actions(organization).getFirst()).isEqualTo("envelope-key.retired");
        assertThat(keys.remove(organization, key.key().id(), created(organization))).isFalse();
    }

    @Test
    void keepsPoliciesByVersion() {
        ProductId product = product(organization, "tank");
        Stored unstated = new Stored(SealingPolicy.UNSTATED, RiskProfile.STANDARD, 0);
        assertThat(policies.policy(organization, product)).contains(unstated);
        Stored first = new Stored(TO_SERVER, RiskProfile.STANDARD, 1);
        assertThat(change(product, TO_SERVER, Optional.of(0L)))
                .isEqualTo(new Change.Changed(first));
        assertThat(change(product, SealingPolicy.UNSTATED, Optional.of(0L)))
                .isEqualTo(new Change.VersionMismatch(first));
        int before = actions(organization).size();
        assertThat(change(product, TO_SERVER, Optional.of(1L)))
                .isEqualTo(new Change.Changed(first));
        assertThat(actions(organization)).hasSize(before);
        Stored second = new Stored(SealingPolicy.UNSTATED, RiskProfile.STANDARD, 2);
        assertThat(change(product, SealingPolicy.UNSTATED, Optional.empty()))
                .isEqualTo(new Change.Changed(second));
        assertThat(policies.policies(Optional.empty(), 10))
                .containsExactly(new OfProduct(product, second));
        assertThat(policies.policies(Optional.of(product), 10)).isEmpty();
    }

    @Test
    void knowsNoProductOfAnotherOrganization() {
        ProductId foreign = product(otherOrganization, "tank");
        assertThat(policies.policy(organization, foreign)).isEmpty();
        assertThat(change(foreign, TO_SERVER, Optional.empty()))
                .isInstanceOf(Change.NoSuchProduct.class);
    }

    @Test
    void makesAPolicyStricterByTheRiskProfile() {
        ProductId product = product(organization, "pump");
        devices.changeRisk(
                organization,
                product,
                RiskProfile.CRITICAL,
                Optional.empty(),
                event(organization, "product.risk-profile-changed"));
        Stored stored = policies.policy(organization, product).orElseThrow();
        assertThat(stored.policy()).isEqualTo(SealingPolicy.UNSTATED);
        assertThat(stored.inForce())
                .isEqualTo(new SealingPolicy(Sealing.REQUIRED, KeyHolder.ORGANIZATION));
    }

    private Addition add(Kept kept) {
        OrganizationId owner = kept.key().organization();
        return keys.add(owner, kept, clock.instant(), 10, created(owner));
    }

    private AuditEvent created(OrganizationId owner) {
        return event(owner, "envelope-key.created");
    }

    private Optional<Instant> ending(OrganizationId owner, Kept kept) {
        return keys.keys(owner).stream()
                .map(Kept::key)
                .filter(key -> key.id().equals(kept.key().id()))
                .findFirst()
                .orElseThrow()
                .opensUntil();
    }

    private Change change(ProductId product, SealingPolicy policy, Optional<Long> version) {
        return policies.change(
                organization,
                product,
                policy,
                version,
                event(organization, "product.sealing-changed"));
    }

    private Kept kept(OrganizationId owner, KeyHolder holder) {
        Validity validity =
                new Validity(clock.instant(), clock.instant().plus(Duration.ofDays(30)));
        EnvelopeKey key =
                new EnvelopeKey(
                        EnvelopeKeyId.fresh(),
                        owner,
                        holder,
                        RecipientKeyPair.fresh(Suite.X25519_CHACHA20_POLY1305, validity)
                                .published(),
                        clock.instant(),
                        Optional.empty());
        return new Kept(
                key,
                holder == KeyHolder.SERVER ? Optional.of(new byte[] {1, 2, 3}) : Optional.empty());
    }
}
