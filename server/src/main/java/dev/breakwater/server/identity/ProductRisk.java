/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.identity;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.durability.StorageUnavailable;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.risk.Assurance;
import dev.breakwater.server.risk.RiskProfile;
import dev.breakwater.server.session.FarewellReason;
import dev.breakwater.server.session.LiveSessions;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Changes what a product asks of its devices. It counts at once: the change is durable, then the
 * registry's version rises ({@link RegistryVersion} says why), then whoever is connected with less
 * than is asked for now is sent away. A crash between leaves devices that are refused at their next
 * CONNECT, and a restart ends every session anyway. Methods block; they belong on virtual threads.
 */
public final class ProductRisk {

    /** Devices that are read at once while sessions are closed. */
    private static final int DEVICES_EACH = 1_000;

    private final DeviceStore devices;
    private final LiveSessions sessions;
    private final RegistryVersion version;

    /** Wires it; {@code version} is shared with the {@link DeviceRegistry}. */
    public ProductRisk(DeviceStore devices, LiveSessions sessions, RegistryVersion version) {
        this.devices = devices;
        this.sessions = sessions;
        this.version = version;
    }

    /**
     * How many of a product's devices would not be admitted any more: those that can connect now
     * with what they have, and could not if the product had this profile.
     */
    public long excluded(OrganizationId organization, ProductId product, RiskProfile candidate) {
        return devices.countExcluded(organization, product, candidate.terms().lowestAssurance());
    }

    /**
     * Gives a product a profile.
     *
     * @param expectedVersion only if the product still has this version; empty for whatever version
     */
    public ProductChange change(
            OrganizationId organization,
            ProductId product,
            RiskProfile risk,
            Optional<Long> expectedVersion,
            Actor actor) {
        AuditEvent event =
                AuditEvent.of(
                        organization,
                        actor,
                        AuditAction.PRODUCT_RISK_PROFILE_CHANGED,
                        "product:" + product,
                        Map.of("risk-profile", risk.code()));
        ProductChange outcome;
        try {
            outcome = devices.changeRisk(organization, product, risk, expectedVersion, event);
        } catch (StorageUnavailable nobodyKnows) {
            // It may be durable all the same, so nothing that was read before it may serve.
            version.rise(organization);
            throw nobodyKnows;
        }
        if (outcome instanceof ProductChange.Changed) {
            version.rise(organization);
            sendAway(organization, product, risk.terms().lowestAssurance());
        }
        return outcome;
    }

    /** Whoever has something better beside comes back with it. */
    private void sendAway(OrganizationId organization, ProductId product, Assurance lowest) {
        Optional<DeviceId> after = Optional.empty();
        List<DeviceId> below;
        do {
            below = devices.below(organization, product, lowest, after, DEVICES_EACH);
            below.forEach(device -> sessions.close(device, FarewellReason.ASSURANCE_TOO_LOW));
            after = below.isEmpty() ? Optional.empty() : Optional.of(below.getLast());
        } while (below.size() == DEVICES_EACH);
    }
}
