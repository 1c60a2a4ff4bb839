/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.companion.account;

import java.util.Optional;

/**
 * What somebody logs in with. Never printed.
 *
 * @param email their address, in any case
 * @param password theirs
 * @param organization which one, for somebody who belongs to several
 * @param knownSource what the server gave at an earlier log-in from this phone, so that failures of
 *     strangers do not make it wait; no way in
 */
public record Credentials(
        String email,
        String password,
        Optional<String> organization,
        Optional<String> knownSource) {

    @Override
    public String toString() {
        return "Credentials[email=" + email + ", password=[REDACTED]]";
    }
}
