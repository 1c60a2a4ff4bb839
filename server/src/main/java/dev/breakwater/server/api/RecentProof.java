/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import dev.breakwater.server.account.AuthenticatedCaller;
import dev.breakwater.server.member.OwnFactors;
import dev.breakwater.server.refusal.Refusal;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.refusal.Refusals;
import java.util.Map;
import java.util.Optional;

/**
 * What a session alone does not do to its member's own account, so that whoever stole one cannot
 * turn the owner out: a member with a second factor has proven it a short while ago, and one
 * without has logged in or shown the password then.
 */
final class RecentProof {

    private final OwnFactors factors;
    private final Refusals refusals;

    RecentProof(OwnFactors factors, Refusals refusals) {
        this.factors = factors;
        this.refusals = refusals;
    }

    /** The refusal of a caller who has a second factor and has not just proven it. */
    Optional<Reply> refusalWithoutFactor(AuthenticatedCaller caller, Call call) {
        if (caller.isTrustedWithDanger() || !factors.hasFactor(caller)) {
            return Optional.empty();
        }
        record(caller, call, RefusalReason.STEP_UP_MISSING);
        return Optional.of(Problems.stepUpNeeded());
    }

    /** The refusal of a caller who has not just proven the most they have. */
    Optional<Reply> refusal(AuthenticatedCaller caller, Call call) {
        Optional<Reply> refusal = refusalWithoutFactor(caller, call);
        if (refusal.isPresent() || caller.isRecentlyProven()) {
            return refusal;
        }
        record(caller, call, RefusalReason.PASSWORD_MISSING);
        return Optional.of(Problems.passwordNeeded());
    }

    private void record(AuthenticatedCaller caller, Call call, RefusalReason reason) {
        refusals.record(
                new Refusal(
                        reason,
                        "api",
                        Optional.of(caller.organization()),
                        caller.actor(),
                        Map.of("source", call.source(), "operation", call.operation().id())));
    }
}
