/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.firewall;

import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.durability.StorageUnavailable;
import dev.breakwater.server.firewall.FirewallStore.Change;
import dev.breakwater.server.firewall.FirewallStore.Stored;
import dev.breakwater.server.firewall.ProductRules.NetworkRule;
import dev.breakwater.server.firewall.ProductRules.Rule;
import dev.breakwater.server.firewall.ProductRules.SchemaRule;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.organization.OrganizationId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes rules: durable first, then in force. One change at a time, so that of two changes the
 * later one is also the one in force. Methods block; they belong on virtual threads.
 */
public final class FirewallRules {

    private static final Logger LOG = LoggerFactory.getLogger(FirewallRules.class);
    private static final int PAGE = 500;

    private final FirewallStore store;
    private final Firewall firewall;
    private final SchemaGuard guard;
    private final Limits limits;
    private final ReentrantLock changing = new ReentrantLock();

    /** Whether something may be stored that is not in force: nobody knew how a change had ended. */
    private final AtomicBoolean stale = new AtomicBoolean();

    FirewallRules(FirewallStore store, Firewall firewall, Limits limits) {
        this.store = store;
        this.firewall = firewall;
        this.guard = new SchemaGuard(limits);
        this.limits = limits;
    }

    /** Puts all stored rules in force. */
    void load() {
        changing.lock();
        try {
            Optional<ProductId> product = Optional.empty();
            List<FirewallStore.OfProduct> ofProducts;
            do {
                ofProducts = store.ofProducts(product, PAGE);
                ofProducts.forEach(of -> firewall.enforce(of.product(), of.rules()));
                product =
                        ofProducts.isEmpty()
                                ? product
                                : Optional.of(ofProducts.getLast().product());
            } while (ofProducts.size() == PAGE);
            Optional<OrganizationId> organization = Optional.empty();
            List<FirewallStore.OfOrganization> ofOrganizations;
            do {
                ofOrganizations = store.ofOrganizations(organization, PAGE);
                ofOrganizations.forEach(of -> firewall.enforce(of.organization(), of.rules()));
                organization =
                        ofOrganizations.isEmpty()
                                ? organization
                                : Optional.of(ofOrganizations.getLast().organization());
            } while (ofOrganizations.size() == PAGE);
        } finally {
            changing.unlock();
        }
    }

    /** Puts in force what may have been stored by a change whose end nobody knew. */
    void catchUp() {
        if (stale.compareAndSet(true, false)) {
            try {
                load();
            } catch (StorageUnavailable later) {
                stale.set(true);
                LOG.debug("the rules cannot be read again yet", later);
            }
        }
    }

    /** A product's rules; empty if the organization has no such product. */
    public Optional<Stored<ProductRules>> of(OrganizationId organization, ProductId product) {
        return store.rules(organization, product);
    }

    /** An organization's own rules. */
    public Stored<OrganizationRules> of(OrganizationId organization) {
        return store.rules(organization);
    }

    /**
     * Replaces a product's rules. They are in force for every connection and every message when
     * this returns.
     *
     * @throws RulesRefused if a schema cannot be used
     */
    public Change<ProductRules> change(
            OrganizationId organization,
            ProductId product,
            ProductRules rules,
            Optional<Long> expectedVersion,
            Actor actor)
            throws RulesRefused {
        requireUsable(rules);
        AuditEvent event =
                AuditEvent.of(
                        organization,
                        actor,
                        AuditAction.PRODUCT_FIREWALL_CHANGED,
                        "product:" + product,
                        modes(
                                Stream.of(
                                                rules.schemas().stream(),
                                                rules.payloads().stream(),
                                                rules.rates().stream(),
                                                rules.networks().stream(),
                                                rules.connects().stream())
                                        .flatMap(some -> some)));
        changing.lock();
        try {
            Change<ProductRules> outcome =
                    store.change(
                            organization,
                            product,
                            rules,
                            expectedVersion,
                            limits.of(Limit.FIREWALL_PRODUCTS_PER_ORGANIZATION),
                            event);
            if (outcome instanceof Change.Changed<ProductRules>(Stored<ProductRules> now)) {
                firewall.enforce(product, now.rules());
            }
            return outcome;
        } catch (StorageUnavailable nobodyKnows) {
            stale.set(true);
            throw nobodyKnows;
        } finally {
            changing.unlock();
        }
    }

    /**
     * Replaces an organization's own rules.
     *
     * @param source where whoever changes them is
     * @throws RulesRefused if they would lock out the caller, or all staff
     */
    public Change<OrganizationRules> change(
            OrganizationId organization,
            OrganizationRules rules,
            Optional<Long> expectedVersion,
            Actor actor,
            String source)
            throws RulesRefused {
        requireRoomFor(source, "/staff/allowed", rules.staff());
        if (actor instanceof Actor.TokenHolder) {
            requireRoomFor(source, "/tokens/allowed", rules.tokens());
        }
        Map<String, String> details = new TreeMap<>();
        rules.staff().ifPresent(rule -> details.put("staff", text(rule)));
        rules.tokens().ifPresent(rule -> details.put("tokens", text(rule)));
        AuditEvent event =
                AuditEvent.of(
                        organization,
                        actor,
                        AuditAction.ORGANIZATION_FIREWALL_CHANGED,
                        "organization:" + organization,
                        details);
        changing.lock();
        try {
            Change<OrganizationRules> outcome =
                    store.change(organization, rules, expectedVersion, event);
            if (outcome
                    instanceof Change.Changed<OrganizationRules>(Stored<OrganizationRules> now)) {
                firewall.enforce(organization, now.rules());
            }
            return outcome;
        } catch (StorageUnavailable nobodyKnows) {
            stale.set(true);
            throw nobodyKnows;
        } finally {
            changing.unlock();
        }
    }

    /**
     * Whoever locks out the place where they sit finds out when it is too late; and a token that
     * could do so would be as good as a key to the whole organization's door.
     */
    private static void requireRoomFor(String source, String pointer, Optional<NetworkRule> rule)
            throws RulesRefused {
        if (rule.isPresent() && rule.get().mode() == Mode.ENFORCING && !rule.get().allows(source)) {
            throw new RulesRefused(
                    pointer,
                    "does not include %s, where you are: it would lock you out".formatted(source));
        }
    }

    private void requireUsable(ProductRules rules) throws RulesRefused {
        for (int i = 0; i < rules.schemas().size(); i++) {
            SchemaRule rule = rules.schemas().get(i);
            String pointer = "/schemas/" + i + "/schema";
            guard.require(pointer, rule.schema());
            try {
                var _ = new PayloadSchema(rule.schema(), limits);
            } catch (RuntimeException unusable) {
                LOG.debug("a message schema is refused", unusable);
                throw new RulesRefused(pointer, "is no JSON Schema of draft 2020-12");
            }
        }
    }

    /** How many rules there are in each mode; what they say can be read while they are in force. */
    private static Map<String, String> modes(Stream<? extends Rule> rules) {
        Map<String, Long> counts = new TreeMap<>();
        rules.forEach(rule -> counts.merge(rule.mode().code(), 1L, Long::sum));
        Map<String, String> details = new TreeMap<>();
        counts.forEach((mode, count) -> details.put(mode, count.toString()));
        return details;
    }

    private static String text(NetworkRule rule) {
        return rule.mode().code() + " " + rule.allowed();
    }
}
