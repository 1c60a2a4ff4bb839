/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.vetting;

import dev.breakwater.server.artifact.ArtifactHash;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.organization.OrganizationId;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * An artifact that is stored and was scanned.
 *
 * @param name as its uploader called it
 * @param length bytes
 * @param rules by which it was scanned last; empty if that was before anybody noted it
 * @param blocking findings in it that nobody answers for now; with none it may ship
 */
public record VettedArtifact(
        ArtifactId id,
        OrganizationId organization,
        ProductId product,
        String name,
        ArtifactHash hash,
        long length,
        Instant scannedAt,
        Optional<RuleSet> rules,
        long blocking) {

    /** What the log says of its scan. */
    AuditEvent scanned(Actor actor) {
        return AuditEvent.of(
                organization,
                actor,
                AuditAction.ARTIFACT_SCANNED,
                "product:" + product,
                Map.of(
                        "name", name,
                        "sha256", hash.hex(),
                        "length", Long.toString(length),
                        "rules", rules.map(RuleSet::sha256).orElse(""),
                        "blocking", Long.toString(blocking)));
    }

    /** Whether it may ship at the moment for which it was asked. */
    public boolean isClean() {
        return blocking == 0;
    }
}
