/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.identity.Admission;
import dev.breakwater.server.identity.AuthenticatedDevice;
import dev.breakwater.server.quota.Quotas;
import dev.breakwater.server.refusal.Refusal;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.refusal.Refusals;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the channel tells the operator about a refusal: who, as far as proven, from where, and what
 * exactly. The peer is told separately, and less, see {@link MqttReasons}.
 */
final class ChannelRefusals {

    private static final String WHERE = "channel";

    private final Refusals refusals;
    private final Quotas quotas;

    /**
     * @param quotas remembers what each device was refused last
     */
    ChannelRefusals(Refusals refusals, Quotas quotas) {
        this.refusals = refusals;
        this.quotas = quotas;
    }

    /** Somebody who has not even finished the handshake. */
    void stranger(RefusalReason reason, String sourceAddress, Map<String, String> details) {
        record(reason, Optional.empty(), sourceAddress, details);
    }

    /** Somebody who has finished the handshake, but has not been admitted. */
    void unadmitted(RefusalReason reason, Peer peer, Map<String, String> details) {
        Map<String, String> all = new TreeMap<>(details);
        peer.certificate()
                .ifPresent(leaf -> all.put("subject", leaf.getSubjectX500Principal().getName()));
        stranger(reason, peer.sourceAddress(), all);
    }

    /** Somebody whose certificate or token the registry has judged. */
    void notAdmitted(Admission.Refused refused, Peer peer, String clientId) {
        Map<String, String> details = new TreeMap<>(refused.details());
        details.put("client-id", clientId);
        refused.device()
                .ifPresent(
                        device -> {
                            details.put("device", device.toString());
                            quotas.noteRefused(device, refused.reason());
                        });
        // The certificate is known but gives no right any more, so its holder counts as unproven.
        refusals.record(
                new Refusal(
                        refused.reason(),
                        WHERE,
                        refused.organization(),
                        new Actor.Unproven(peer.sourceAddress()),
                        withSource(details, peer.sourceAddress())));
    }

    /** A device that has been admitted. */
    void device(
            RefusalReason reason,
            AuthenticatedDevice device,
            Peer peer,
            Map<String, String> details) {
        quotas.noteRefused(device.id(), reason);
        record(reason, Optional.of(device), peer.sourceAddress(), details);
    }

    private void record(
            RefusalReason reason,
            Optional<AuthenticatedDevice> device,
            String sourceAddress,
            Map<String, String> details) {
        Map<String, String> all = withSource(details, sourceAddress);
        device.ifPresent(
                proven -> {
                    all.put("serial", proven.serial().toString());
                    all.put("fingerprint", proven.credential().fingerprint().hex());
                });
        Actor actor =
                device.<Actor>map(proven -> new Actor.ProvenDevice(proven.id()))
                        .orElseGet(() -> new Actor.Unproven(sourceAddress));
        refusals.record(
                new Refusal(
                        reason, WHERE, device.map(AuthenticatedDevice::organization), actor, all));
    }

    private static Map<String, String> withSource(
            Map<String, String> details, String sourceAddress) {
        Map<String, String> all = new TreeMap<>(details);
        all.put("source", sourceAddress);
        return all;
    }
}
