/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.identity;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.refusal.RefusalReason;
import java.util.Map;
import java.util.Optional;

/** What the registry says to a certificate. */
public sealed interface Admission {

    /** It is who it claims to be, and may come in. */
    record Admitted(AuthenticatedDevice device) implements Admission {}

    /**
     * It may not.
     *
     * @param organization whose log shows the refusal, when the certificate is known
     * @param device whose certificate it is, when known
     * @param details for the operator: fingerprint, subject, issuer, validity
     */
    record Refused(
            RefusalReason reason,
            Optional<OrganizationId> organization,
            Optional<DeviceId> device,
            Map<String, String> details)
            implements Admission {

        /** The same, for another reason. */
        public Refused because(RefusalReason other) {
            return new Refused(other, organization, device, details);
        }
    }
}
