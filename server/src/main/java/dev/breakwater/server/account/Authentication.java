/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.account;

import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.refusal.RefusalReason;
import java.util.Map;
import java.util.Optional;

/** What the authenticator says to a request. */
public sealed interface Authentication {

    /** It shows a good token. */
    record Authenticated(AuthenticatedCaller caller) implements Authentication {}

    /**
     * It does not.
     *
     * @param organization whose log shows the refusal, when the token is known
     * @param details for the operator: the token's id when it has one, never its secret
     */
    record Refused(
            RefusalReason reason,
            Optional<OrganizationId> organization,
            Map<String, String> details)
            implements Authentication {}
}
