/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.companion.account;

import java.util.Optional;

/** How far a log-in has come. */
public sealed interface LogInStep {

    /**
     * It has succeeded; the app stores the session.
     *
     * @param knownSource to be kept for later log-ins from this phone; empty if nothing new
     */
    record LoggedIn(Session session, Optional<String> knownSource) implements LogInStep {

        @Override
        public String toString() {
            return "LoggedIn[" + session + "]";
        }
    }

    /**
     * The password is right, and a second factor is asked for, within five minutes.
     *
     * @param challenge to be given back with the proof
     */
    record SecondFactorNeeded(String challenge) implements LogInStep {}
}
