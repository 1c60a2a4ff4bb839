/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.client;

import java.util.Optional;
import java.util.function.Function;

/** What requests show of who asks. */
interface Credential {

    /** What to send with a request at this moment; empty for somebody who has nothing. */
    Optional<String> token();

    /**
     * Sends what the server answers with other tokens for the same session, and goes on with those;
     * the present ones are good no longer then.
     *
     * @param sending shows a token; empty if the server refuses
     * @param tokens where they stand in the answer, as a JSON pointer
     */
    Optional<ApiAnswer> exchange(
            Function<Optional<String>, Optional<ApiAnswer>> sending, String tokens);

    /** What to send after the server did not take a token; empty if there is nothing else. */
    Optional<String> tokenInsteadOf(String refused);

    /** The same token for ever, or none. */
    record Fixed(Optional<String> token) implements Credential {

        @Override
        public Optional<String> tokenInsteadOf(String refused) {
            return Optional.empty();
        }

        /** Whoever keeps no session sees to the tokens of the answer. */
        @Override
        public Optional<ApiAnswer> exchange(
                Function<Optional<String>, Optional<ApiAnswer>> sending, String tokens) {
            return sending.apply(token);
        }

        @Override
        public String toString() {
            return "Fixed[token=[REDACTED]]";
        }
    }
}
