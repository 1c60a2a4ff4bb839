/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.envelope;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.sealing.SealingKey;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.durability.Completion;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.risk.RiskProfile;
import dev.breakwater.server.session.LiveSessions;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Keys and policies in memory. */
public final class MemoryEnvelopes implements EnvelopeKeyStore, SealingStore, DeviceKeyStore {

    final List<Kept> kept = new ArrayList<>();
    final List<AuditEvent> events = new ArrayList<>();
    final Map<DeviceId, Long> highest = new HashMap<>();
    private final Map<DeviceId, DeviceKey> deviceKeys = new HashMap<>();
    private final Map<ProductId, Stored> policies = new HashMap<>();

    /** A gate of a server on which nothing was said about sealing. */
    public static EnvelopeGate gate(Limits limits, Clock clock) {
        MemoryEnvelopes memory = new MemoryEnvelopes();
        return Envelopes.over(
                        memory,
                        memory,
                        memory,
                        SealingKey.random(),
                        new LiveSessions(),
                        limits,
                        clock)
                .gate();
    }

    @Override
    public synchronized List<Kept> keys(OrganizationId organization) {
        return kept.stream()
                .filter(each -> each.key().organization().equals(organization))
                .toList();
    }

    @Override
    public synchronized List<Kept> keys(Optional<EnvelopeKeyId> after, int countMax) {
        return after.isPresent() ? List.of() : List.copyOf(kept);
    }

    @Override
    public synchronized Addition add(
            OrganizationId organization,
            Kept fresh,
            Instant othersOpenUntil,
            int keysMax,
            AuditEvent event) {
        List<Kept> own = keys(organization);
        if (own.stream().anyMatch(each -> each.key().key().id().equals(fresh.key().key().id()))) {
            return Addition.KNOWN;
        }
        if (own.size() >= keysMax) {
            return Addition.TOO_MANY;
        }
        if (fresh.key().holder() == KeyHolder.SERVER) {
            kept.replaceAll(each -> replaced(each, organization, othersOpenUntil));
        }
        kept.add(fresh);
        events.add(event);
        return Addition.ADDED;
    }

    private static Kept replaced(Kept each, OrganizationId organization, Instant until) {
        EnvelopeKey key = each.key();
        if (key.holder() != KeyHolder.SERVER
                || key.isReplaced()
                || !key.organization().equals(organization)) {
            return each;
        }
        return new Kept(
                new EnvelopeKey(
                        key.id(),
                        organization,
                        key.holder(),
                        key.key(),
                        key.createdAt(),
                        Optional.of(until)),
                each.sealedPrivateKey());
    }

    @Override
    public synchronized boolean remove(
            OrganizationId organization, EnvelopeKeyId key, AuditEvent event) {
        boolean removed =
                kept.removeIf(
                        each ->
                                each.key().organization().equals(organization)
                                        && each.key().id().equals(key));
        if (removed) {
            events.add(event);
        }
        return removed;
    }

    @Override
    public synchronized Optional<Stored> policy(OrganizationId organization, ProductId product) {
        return Optional.of(
                policies.getOrDefault(
                        product, new Stored(SealingPolicy.UNSTATED, RiskProfile.STANDARD, 0)));
    }

    @Override
    public List<OfProduct> policies(Optional<ProductId> after, int countMax) {
        return List.of();
    }

    @Override
    public synchronized Change change(
            OrganizationId organization,
            ProductId product,
            SealingPolicy policy,
            Optional<Long> expectedVersion,
            AuditEvent event) {
        Stored now = new Stored(policy, RiskProfile.STANDARD, 1);
        policies.put(product, now);
        return new Change.Changed(now);
    }

    @Override
    public synchronized Optional<DeviceKey> deviceKey(
            OrganizationId organization, DeviceId device) {
        return Optional.ofNullable(deviceKeys.get(device));
    }

    @Override
    public synchronized void register(
            OrganizationId organization,
            DeviceId device,
            DeviceKey key,
            AuditEvent event,
            Completion<? super Boolean> completion) {
        deviceKeys.put(device, key);
        completion.durable(true);
    }

    @Override
    public synchronized long highest(OrganizationId organization, DeviceId device) {
        return highest.getOrDefault(device, 0L);
    }
}
