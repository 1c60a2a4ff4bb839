/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.identity;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.risk.Assurance;
import java.time.Instant;

/**
 * A secret of one device as the server keeps it: all but the secret.
 *
 * @param fingerprint SHA-256 of the secret: 256 random bits cannot be found by trying, so that the
 *     plain hash is a safe form to store and to look up by
 * @param generation one more than that of whatever the device had before
 * @param notBefore when it was made
 */
public record DeviceToken(
        CredentialFingerprint fingerprint,
        OrganizationId organization,
        DeviceId device,
        int generation,
        Instant notBefore,
        Instant notAfter,
        CredentialStatus status)
        implements DeviceProof {

    @Override
    public Assurance assurance() {
        return Assurance.TOKEN;
    }
}
