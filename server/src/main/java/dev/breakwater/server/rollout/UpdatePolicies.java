/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.identity.DeviceStore;
import dev.breakwater.server.identity.Product;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.risk.UpdateApproval;
import java.util.Map;
import java.util.Optional;

/** How products take updates, never laxer than their risk profiles ask. All of it blocks. */
public final class UpdatePolicies {

    private final UpdatePolicyStore store;
    private final DeviceStore devices;

    /** Wires the policies. */
    public UpdatePolicies(UpdatePolicyStore store, DeviceStore devices) {
        this.store = store;
        this.devices = devices;
    }

    /**
     * The policy in force.
     *
     * @param approval what the product's profile asks for
     * @param version of what is stated; 0 if nothing is
     */
    public record InForce(UpdatePolicy policy, UpdateApproval approval, long version) {}

    /** What became of a change. */
    public sealed interface Change {

        /** It is in force. */
        record Changed(InForce policy) implements Change {}

        /** The organization has no such product. */
        record NoSuchProduct() implements Change {}

        /** Somebody else was faster. */
        record VersionMismatch(long current) implements Change {}

        /** The product's profile asks for more. */
        record TooLax(UpdateApproval approval) implements Change {}
    }

    /** The policy in force; empty if the organization has no such product. */
    public Optional<InForce> of(OrganizationId organization, ProductId product) {
        return devices.product(organization, product).map(this::inForce);
    }

    private InForce inForce(Product product) {
        UpdateApproval approval = product.risk().terms().updateApproval();
        UpdatePolicyStore.Stated stated = store.policy(product.organization(), product.id());
        UpdatePolicy policy =
                stated.policy()
                        .map(some -> some.within(approval))
                        .orElseGet(() -> UpdatePolicy.of(approval));
        return new InForce(policy, approval, stated.version());
    }

    /** Replaces the policy of a product. */
    public Change change(
            OrganizationId organization,
            ProductId id,
            UpdatePolicy policy,
            Optional<Long> expectedVersion,
            Actor actor) {
        Optional<InForce> before = of(organization, id);
        if (before.isEmpty()) {
            return new Change.NoSuchProduct();
        }
        UpdateApproval approval = before.get().approval();
        if (!policy.isPermittedBy(approval)) {
            return new Change.TooLax(approval);
        }
        AuditEvent event =
                AuditEvent.of(
                        organization,
                        actor,
                        AuditAction.PRODUCT_UPDATE_POLICY_CHANGED,
                        "product:" + id,
                        Map.of(
                                "consent",
                                policy.consent().code(),
                                "postponable-days",
                                Integer.toString(policy.postponableDays()),
                                "security-days",
                                Integer.toString(policy.securityDays())));
        return switch (store.change(organization, id, policy, expectedVersion, event)) {
            case CHANGED -> new Change.Changed(of(organization, id).orElseThrow());
            case NO_SUCH_PRODUCT -> new Change.NoSuchProduct();
            case VERSION_MISMATCH ->
                    new Change.VersionMismatch(store.policy(organization, id).version());
        };
    }
}
