/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.envelope;

import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.durability.StorageUnavailable;
import dev.breakwater.server.envelope.SealingStore.Change;
import dev.breakwater.server.envelope.SealingStore.OfProduct;
import dev.breakwater.server.envelope.SealingStore.Stored;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.organization.OrganizationId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What each product asks for, durable first and then in force: for everybody's next message, when a
 * change returns. Only {@link #inForce} never blocks.
 */
public final class SealingPolicies {

    private static final Logger LOG = LoggerFactory.getLogger(SealingPolicies.class);
    private static final int PAGE = 500;

    private final SealingStore store;

    /** Those that say anything else than what counts where nothing is said. */
    private final Map<ProductId, SealingPolicy> inForce = new ConcurrentHashMap<>();

    private final ReentrantLock changing = new ReentrantLock();

    /** Puts all that are stored in force. Blocks. */
    public SealingPolicies(SealingStore store) {
        this.store = store;
        Optional<ProductId> after = Optional.empty();
        List<OfProduct> page;
        do {
            page = store.policies(after, PAGE);
            page.forEach(of -> enforce(of.product(), of.stored()));
            after = page.isEmpty() ? after : Optional.of(page.getLast().product());
        } while (page.size() == PAGE);
    }

    private void enforce(ProductId product, Stored stored) {
        if (stored.inForce().equals(SealingPolicy.UNSTATED)) {
            inForce.remove(product);
        } else {
            inForce.put(product, stored.inForce());
        }
    }

    /** What counts for a product now. Never blocks. */
    public SealingPolicy inForce(ProductId product) {
        return inForce.getOrDefault(product, SealingPolicy.UNSTATED);
    }

    /** What is stored; empty if the organization has no such product. */
    public Optional<Stored> of(OrganizationId organization, ProductId product) {
        return store.policy(organization, product);
    }

    /**
     * Replaces a product's policy.
     *
     * @param expectedVersion only if it still has this version; empty for whatever version
     */
    public Change change(
            OrganizationId organization,
            ProductId product,
            SealingPolicy policy,
            Optional<Long> expectedVersion,
            Actor actor) {
        AuditEvent event =
                AuditEvent.of(
                        organization,
                        actor,
                        AuditAction.PRODUCT_SEALING_CHANGED,
                        "product:" + product,
                        Map.of(
                                "sealing", policy.sealing().code(),
                                "recipient", policy.recipient().code()));
        changing.lock();
        try {
            return store.change(organization, product, policy, expectedVersion, event);
        } finally {
            readAgain(organization, product);
            changing.unlock();
        }
    }

    /** The product's risk profile may have changed. Blocks. */
    public void riskChanged(OrganizationId organization, ProductId product) {
        changing.lock();
        try {
            readAgain(organization, product);
        } finally {
            changing.unlock();
        }
    }

    /**
     * What is in force is what is stored, also where nobody knew how a change had ended. If nobody
     * can say, what was in force stays: whoever made the change was told that nobody knows.
     */
    private void readAgain(OrganizationId organization, ProductId product) {
        try {
            store.policy(organization, product).ifPresent(stored -> enforce(product, stored));
        } catch (StorageUnavailable later) {
            LOG.warn("the sealing policy of {} cannot be read again now", product, later);
        }
    }
}
