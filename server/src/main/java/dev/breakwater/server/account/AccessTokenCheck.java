/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.account;

import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.refusal.RefusalReason;
import java.util.Map;
import java.util.Optional;

/** Judges the access tokens of people's sessions. Blocks. */
public interface AccessTokenCheck {

    /** Judges the text behind "Bearer". */
    Verdict judge(String token);

    /** What it comes to. */
    sealed interface Verdict {

        /** The token is good, and so are its session, its member and their organization. */
        record Good(SessionProof proof) implements Verdict {}

        /**
         * It is not.
         *
         * @param organization whose log shows the refusal, when it is known
         * @param details for the operator, never the token itself
         */
        record Bad(
                RefusalReason reason,
                Optional<OrganizationId> organization,
                Map<String, String> details)
                implements Verdict {}
    }
}
