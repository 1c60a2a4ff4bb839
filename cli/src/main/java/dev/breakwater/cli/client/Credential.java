/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.client;

import java.util.Optional;

/** What requests show of who asks. */
interface Credential {

    /** What to send with a request at this moment; empty for somebody who has nothing. */
    Optional<String> token();

    /** What to send after the server did not take a token; empty if there is nothing else. */
    Optional<String> tokenInsteadOf(String refused);

    /** The same token for ever, or none. */
    record Fixed(Optional<String> token) implements Credential {

        @Override
        public Optional<String> tokenInsteadOf(String refused) {
            return Optional.empty();
        }

        @Override
        public String toString() {
            return "Fixed[token=[REDACTED]]";
        }
    }
}
