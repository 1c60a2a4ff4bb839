/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.firewall;

import dev.breakwater.server.firewall.ProductRules.NetworkRule;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** An organization's rules for its own callers, in force. */
final class OrganizationGate {

    private final Optional<RuleTally<NetworkRule>> staff;
    private final Optional<RuleTally<NetworkRule>> tokens;

    OrganizationGate(OrganizationRules rules) {
        this.staff = rules.staff().map(RuleTally::new);
        this.tokens = rules.tokens().map(RuleTally::new);
    }

    Optional<RuleTally<NetworkRule>> staff() {
        return staff;
    }

    Optional<RuleTally<NetworkRule>> tokens() {
        return tokens;
    }

    /** The two rules bear one name, so each is called after whom it is for. */
    List<RuleReport> report() {
        return Stream.concat(
                        staff.stream().map(tally -> named("staff", tally.report())),
                        tokens.stream().map(tally -> named("tokens", tally.report())))
                .toList();
    }

    private static RuleReport named(String name, RuleReport report) {
        return new RuleReport(
                name,
                report.mode(),
                report.hits(),
                report.lastAt(),
                report.lastSubject(),
                report.lastEvidence());
    }
}
