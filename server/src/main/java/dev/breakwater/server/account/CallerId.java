/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.account;

import java.util.UUID;

/**
 * What a caller was let in by: the id of an API token or of a person's session. Keeps apart what
 * different callers of one organization do, such as their idempotency keys.
 */
public record CallerId(UUID uuid) {

    @Override
    public String toString() {
        return uuid.toString();
    }
}
