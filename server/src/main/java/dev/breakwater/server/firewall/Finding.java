/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.firewall;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.organization.OrganizationId;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Something odd that a person should look at.
 *
 * @param subject who is odd, as the audit log names them, e.g. {@code device:0199...}
 * @param evidence of the last time, a few names and values
 * @param count how often it was seen while open; it is one finding all the same
 * @param decidedBy who dismissed it or acted on it
 */
public record Finding(
        FindingId id,
        OrganizationId organization,
        FindingKind kind,
        String subject,
        Map<String, String> evidence,
        FindingState state,
        Instant firstSeen,
        Instant lastSeen,
        long count,
        Optional<String> decidedBy,
        Optional<Instant> decidedAt) {

    private static final String DEVICE = "device:";

    /** The members of the evidence that are addresses. */
    private static final List<String> SOURCES = List.of("source", "one", "other");

    /** Copies the evidence. */
    public Finding {
        evidence = Map.copyOf(evidence);
    }

    /** How a device is named as a subject. */
    public static String subject(DeviceId device) {
        return DEVICE + device;
    }

    /** The device it is about, if it is about one. */
    public Optional<DeviceId> device() {
        return subject.startsWith(DEVICE)
                ? Optional.of(DeviceId.parse(subject.substring(DEVICE.length())))
                : Optional.empty();
    }

    /** Where it came from, the last time; empty if it does not say. */
    public Set<dev.breakwater.server.ban.SourceNetwork> sources() {
        Set<dev.breakwater.server.ban.SourceNetwork> sources = new LinkedHashSet<>();
        for (String name : SOURCES) {
            Optional.ofNullable(evidence.get(name))
                    .flatMap(dev.breakwater.server.ban.SourceNetwork::parse)
                    .ifPresent(sources::add);
        }
        return sources;
    }
}
