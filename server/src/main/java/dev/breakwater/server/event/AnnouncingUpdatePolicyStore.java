/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.event;

import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.rollout.UpdatePolicy;
import dev.breakwater.server.rollout.UpdatePolicyStore;
import dev.breakwater.server.rollout.UpdateStop;
import java.util.Optional;

/** Tells when somebody stops all updates of an organization, or allows them again. */
public final class AnnouncingUpdatePolicyStore implements UpdatePolicyStore {

    private final UpdatePolicyStore store;
    private final RolloutNews news;

    /** Stands before a store. */
    public AnnouncingUpdatePolicyStore(UpdatePolicyStore store, EventFeed events) {
        this.store = store;
        this.news = new RolloutNews(events);
    }

    @Override
    public Stated policy(OrganizationId organization, ProductId product) {
        return store.policy(organization, product);
    }

    @Override
    public Outcome change(
            OrganizationId organization,
            ProductId product,
            UpdatePolicy policy,
            Optional<Long> expectedVersion,
            AuditEvent event) {
        return store.change(organization, product, policy, expectedVersion, event);
    }

    @Override
    public Optional<UpdateStop> stop(OrganizationId organization) {
        return store.stop(organization);
    }

    @Override
    public UpdateStop throwStop(UpdateStop stop, AuditEvent event) {
        UpdateStop thrown = store.throwStop(stop, event);
        news.changedAll(stop.organization(), "all-stopped");
        return thrown;
    }

    @Override
    public boolean liftStop(OrganizationId organization, AuditEvent event) {
        boolean lifted = store.liftStop(organization, event);
        if (lifted) {
            news.changedAll(organization, "all-allowed");
        }
        return lifted;
    }
}
