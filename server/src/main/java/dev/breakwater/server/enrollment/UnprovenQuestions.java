/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.enrollment;

import dev.breakwater.server.ban.SourceNetwork;
import dev.breakwater.server.http.Peer;
import dev.breakwater.server.http.SourceDebts;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.limits.TokenRate;
import java.util.function.LongSupplier;
import org.eclipse.jetty.server.Request;

/**
 * How often a source may ask what takes no proof of who asks: what time it is, and whether a
 * receipt is wanted. Each costs a signature or the check of one. Thread-safe.
 */
final class UnprovenQuestions {

    /** A building of devices comes back together when the power does. */
    private static final int SECONDS_AT_ONCE = 10;

    private final SourceDebts debts;

    UnprovenQuestions(Limits limits, LongSupplier nanos) {
        int rate = limits.of(Limit.UNPROVEN_QUESTIONS_PER_SECOND_PER_SOURCE);
        this.debts = new SourceDebts(new TokenRate(rate, (long) rate * SECONDS_AT_ONCE), nanos);
    }

    /** Counts the request, and says whether there were too many from its source. */
    boolean areTooManyWith(Request request) {
        return debts.askedBy(SourceNetwork.of(Peer.address(request)), 1) > 0;
    }
}
