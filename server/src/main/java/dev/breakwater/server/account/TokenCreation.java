/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.account;

import java.util.Set;

/** What became of a request for a token. */
public sealed interface TokenCreation {

    /** Here it is; its secret is in no other place. */
    record Created(IssuedToken token) implements TokenCreation {}

    /** The organization has as many live tokens as it may. */
    record TooMany(int liveMax) implements TokenCreation {}

    /** It would live longer than it may. */
    record LifeTooLong(long secondsMax) implements TokenCreation {}

    /** It would permit what its maker is not permitted. */
    record BeyondMaker(Set<Permission> beyond) implements TokenCreation {}
}
