/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import dev.breakwater.server.account.AuthenticatedCaller;
import dev.breakwater.server.account.CallerId;
import dev.breakwater.server.api.Budgets.Spending;
import dev.breakwater.server.http.Peer;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.organization.OrganizationId;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/**
 * The three budgets that a call is paid from, each with what its operation costs: the source's,
 * before anything else is looked at; and, as soon as the caller is known and before the body is
 * read, the token's and the organization's.
 *
 * <p>The token comes before its organization: whoever floods with one token has used that one up
 * long before the organization's other callers feel it.
 */
final class CallBudgets {

    private final Budgets<String> sources;
    private final Budgets<OrganizationId> organizations;
    private final Budgets<CallerId> tokens;
    private final RateLimitHeaders headers;

    CallBudgets(Limits limits, Clock clock) {
        int keysMax = limits.of(Limit.API_BUDGETS);
        this.sources =
                new Budgets<>(
                        limits.of(Limit.API_REQUESTS_PER_SECOND_PER_SOURCE), keysMax, clock);
        this.organizations =
                new Budgets<>(
                        limits.of(Limit.API_REQUESTS_PER_SECOND_PER_ORGANIZATION), keysMax, clock);
        this.tokens =
                new Budgets<>(limits.of(Limit.API_REQUESTS_PER_SECOND_PER_TOKEN), keysMax, clock);
        this.headers =
                new RateLimitHeaders(
                        sources.unitsPerSecond(),
                        organizations.unitsPerSecond(),
                        tokens.unitsPerSecond());
    }

    /** Whose budget it is. */
    enum Payer {
        SOURCE("source", "source address"),
        ORGANIZATION("organization", "organization"),
        TOKEN("token", "token or session");

        private final String code;
        private final String words;

        Payer(String code, String words) {
            this.code = code;
            this.words = words;
        }

        /** The name in headers and in the audit log. */
        String code() {
            return code;
        }

        /** The name in a sentence. */
        String words() {
            return words;
        }
    }

    /** Somebody cannot pay, and could after this time. */
    record Lack(Payer payer, Duration pause) {}

    /** What headers say. */
    RateLimitHeaders headers() {
        return headers;
    }

    /** The purse of a call from this address. */
    Purse purse(String source) {
        return new Purse(Peer.network(source));
    }

    /** One call's payments; it remembers which budget is nearest to its end. */
    final class Purse {

        private final String network;
        private Payer tightest = Payer.SOURCE;
        private int left = Integer.MAX_VALUE;

        private Purse(String network) {
            this.network = network;
        }

        /** Takes units from the source's budget; empty when they are paid. */
        Optional<Lack> payAsSource(int units) {
            return paid(Payer.SOURCE, sources.take(network, units));
        }

        /** Takes them from the budgets of whoever calls; empty when they are paid. */
        Optional<Lack> payAs(AuthenticatedCaller caller, int units) {
            Optional<Lack> lack = paid(Payer.TOKEN, tokens.take(caller.id(), units));
            return lack.isPresent()
                    ? lack
                    : paid(
                            Payer.ORGANIZATION,
                            organizations.take(caller.organization(), units));
        }

        private Optional<Lack> paid(Payer payer, Spending spending) {
            if (payer == tightest || spending.left() < left) {
                tightest = payer;
                left = spending.left();
            }
            return switch (spending) {
                case Spending.Paid _ -> Optional.empty();
                case Spending.Lacking(int before, Duration pause) -> {
                    // Whoever cannot pay is the one to be told of, however little others have.
                    tightest = payer;
                    left = before;
                    yield Optional.of(new Lack(payer, pause));
                }
            };
        }

        /** The budget with the fewest units left. */
        Payer tightest() {
            return tightest;
        }

        /** The units left in it. */
        int left() {
            return left;
        }
    }
}
