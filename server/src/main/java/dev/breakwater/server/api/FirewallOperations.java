/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import dev.breakwater.server.account.AuthenticatedCaller;
import dev.breakwater.server.account.Permission;
import dev.breakwater.server.api.contract.ContractViolation;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.firewall.ApplicationFirewall;
import dev.breakwater.server.firewall.FirewallStore.Change;
import dev.breakwater.server.firewall.FirewallStore.Stored;
import dev.breakwater.server.firewall.OrganizationRules;
import dev.breakwater.server.firewall.ProductRules;
import dev.breakwater.server.firewall.RuleReport;
import dev.breakwater.server.firewall.RulesRefused;
import dev.breakwater.server.firewall.RulesText;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.organization.OrganizationId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** The rules of the application firewall, and what they have found. */
final class FirewallOperations {

    private final ApplicationFirewall firewall;

    FirewallOperations(ApplicationFirewall firewall) {
        this.firewall = firewall;
    }

    void register(Handlers handlers) {
        handlers.on("getProductFirewall", Permission.FIREWALL_READ, this::ofProduct)
                .on(
                        "replaceProductFirewall",
                        Permission.FIREWALL_WRITE,
                        this::replaceOfProduct,
                        AuditAction.PRODUCT_FIREWALL_CHANGED)
                .on("getOrganizationFirewall", Permission.FIREWALL_READ, this::ofOrganization)
                .on(
                        "replaceOrganizationFirewall",
                        Permission.FIREWALL_WRITE,
                        this::replaceOfOrganization,
                        AuditAction.ORGANIZATION_FIREWALL_CHANGED);
    }

    record CountView(
            String rule,
            String mode,
            long hits,
            Optional<Instant> lastAt,
            Optional<String> lastSubject,
            Optional<String> lastEvidence) {
        static CountView of(RuleReport report) {
            return new CountView(
                    report.rule(),
                    report.mode().code(),
                    report.hits(),
                    report.lastAt(),
                    report.lastSubject(),
                    report.lastEvidence());
        }
    }

    record FirewallView(JsonNode rules, Instant countedSince, List<CountView> counts) {}

    private Reply ofProduct(AuthenticatedCaller caller, Call call) {
        ProductId id = call.id("productId", ProductId::parse);
        return firewall.rules()
                .of(caller.organization(), id)
                .map(stored -> shown(id, stored))
                .orElseGet(Problems::notFound);
    }

    private Reply shown(ProductId id, Stored<ProductRules> stored) {
        return shown(RulesText.of(stored.rules()), firewall.gate().report(id), stored.version());
    }

    private Reply shown(OrganizationId id, Stored<OrganizationRules> stored) {
        return shown(RulesText.of(stored.rules()), firewall.gate().report(id), stored.version());
    }

    private Reply shown(JsonNode rules, List<RuleReport> reports, long version) {
        return Reply.ok(
                        new FirewallView(
                                rules,
                                firewall.gate().countedSince(),
                                reports.stream().map(CountView::of).toList()))
                .etag(version);
    }

    private Reply replaceOfProduct(AuthenticatedCaller caller, Call call) throws ContractViolation {
        Optional<Long> expected;
        switch (call.ifMatch()) {
            case Call.IfMatch.Absent() -> {
                return Problems.preconditionNeeded();
            }
            case Call.IfMatch.Any() -> expected = Optional.empty();
            case Call.IfMatch.Exactly(long version) -> expected = Optional.of(version);
        }
        ProductId id = call.id("productId", ProductId::parse);
        Change<ProductRules> outcome;
        try {
            outcome =
                    firewall.rules()
                            .change(
                                    caller.organization(),
                                    id,
                                    RulesText.product(call.body()),
                                    expected,
                                    caller.actor());
        } catch (RulesRefused refused) {
            throw ContractViolation.member(refused.pointer(), refused.text());
        }
        return switch (outcome) {
            case Change.Changed<ProductRules>(Stored<ProductRules> now) -> shown(id, now);
            default -> unchanged(outcome);
        };
    }

    private Reply ofOrganization(AuthenticatedCaller caller, Call call) {
        OrganizationId id = call.id("organizationId", OrganizationId::parse);
        return id.equals(caller.organization())
                ? shown(id, firewall.rules().of(id))
                : Problems.notFound();
    }

    private Reply replaceOfOrganization(AuthenticatedCaller caller, Call call)
            throws ContractViolation {
        Optional<Long> expected;
        switch (call.ifMatch()) {
            case Call.IfMatch.Absent() -> {
                return Problems.preconditionNeeded();
            }
            case Call.IfMatch.Any() -> expected = Optional.empty();
            case Call.IfMatch.Exactly(long version) -> expected = Optional.of(version);
        }
        OrganizationId id = call.id("organizationId", OrganizationId::parse);
        if (!id.equals(caller.organization())) {
            return Problems.notFound();
        }
        Change<OrganizationRules> outcome;
        try {
            outcome =
                    firewall.rules()
                            .change(
                                    id,
                                    RulesText.organization(call.body()),
                                    expected,
                                    caller.actor(),
                                    call.source());
        } catch (RulesRefused refused) {
            throw ContractViolation.member(refused.pointer(), refused.text());
        }
        return switch (outcome) {
            case Change.Changed<OrganizationRules>(Stored<OrganizationRules> now) -> shown(id, now);
            default -> unchanged(outcome);
        };
    }

    private static Reply unchanged(Change<?> outcome) {
        return switch (outcome) {
            case Change.Changed<?> changed ->
                    throw new IllegalStateException("the rules were changed: " + changed);
            case Change.NoSuchProduct<?>() -> Problems.notFound();
            case Change.VersionMismatch<?>(Stored<?> now) ->
                    Problems.versionMismatch(now.version());
            case Change.TooMany<?>(int max) ->
                    Problems.limitReached(
                            "%d products have rules, which is the limit; take another one's away."
                                    .formatted(max));
        };
    }
}
