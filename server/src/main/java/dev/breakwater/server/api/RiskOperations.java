/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import dev.breakwater.server.account.AuthenticatedCaller;
import dev.breakwater.server.account.Permission;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.envelope.SealingPolicies;
import dev.breakwater.server.identity.DeviceStore;
import dev.breakwater.server.identity.Product;
import dev.breakwater.server.identity.ProductChange;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.identity.ProductRisk;
import dev.breakwater.server.risk.RiskProfile;
import dev.breakwater.server.risk.RiskTerms;
import dev.breakwater.server.risk.advice.AdviceDocument;
import dev.breakwater.server.risk.advice.Advisor;
import dev.breakwater.server.risk.advice.Circumstances;
import dev.breakwater.server.risk.advice.Consequence;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** What products ask of their devices, and which profile fits which product. */
final class RiskOperations {

    private final DeviceStore devices;
    private final ProductRisk productRisk;
    private final SealingPolicies sealing;
    private final Duration certificateLifeMax;
    private final Advisor advisor;

    /**
     * @param certificateLifeMax how long a device's certificate lives at most, whatever its product
     */
    RiskOperations(
            DeviceStore devices,
            ProductRisk productRisk,
            SealingPolicies sealing,
            Duration certificateLifeMax) {
        this.devices = devices;
        this.productRisk = productRisk;
        this.sealing = sealing;
        this.certificateLifeMax = certificateLifeMax;
        this.advisor = new Advisor(certificateLifeMax);
    }

    void register(Handlers handlers) {
        handlers.on("getProductRiskProfile", Permission.PRODUCTS_READ, this::get)
                .on(
                        "replaceProductRiskProfile",
                        Permission.PRODUCTS_WRITE,
                        this::replace,
                        AuditAction.PRODUCT_RISK_PROFILE_CHANGED)
                .on("adviseOnProduct", Permission.PRODUCTS_READ, this::advise);
    }

    /** What a profile asks for; {@code recordedOnly} names what nothing enforces yet. */
    record TermsView(
            String lowestAssurance,
            long certificateLifeSeconds,
            boolean tokensPermitted,
            boolean sealingRequired,
            String updateApproval,
            List<String> recordedOnly) {}

    record CandidateView(String riskProfile, TermsView terms, long devicesExcluded) {}

    record ProductRiskView(
            String riskProfile, TermsView terms, Optional<CandidateView> candidate) {}

    private Reply get(AuthenticatedCaller caller, Call call) {
        ProductId id = call.id("productId", ProductId::parse);
        Optional<Product> found = devices.product(caller.organization(), id);
        if (found.isEmpty()) {
            return Problems.notFound();
        }
        Product product = found.get();
        Optional<CandidateView> candidate =
                call.values()
                        .optionalText("candidate")
                        .map(RiskProfile::of)
                        .map(
                                profile ->
                                        new CandidateView(
                                                profile.code(),
                                                terms(profile),
                                                productRisk.excluded(
                                                        caller.organization(), id, profile)));
        return ok(product, candidate);
    }

    private Reply replace(AuthenticatedCaller caller, Call call) {
        Optional<Long> expected;
        switch (call.ifMatch()) {
            case Call.IfMatch.Absent() -> {
                return Problems.preconditionNeeded();
            }
            case Call.IfMatch.Any() -> expected = Optional.empty();
            case Call.IfMatch.Exactly(long version) -> expected = Optional.of(version);
        }
        ProductId id = call.id("productId", ProductId::parse);
        ProductChange outcome;
        try {
            outcome =
                    productRisk.change(
                            caller.organization(),
                            id,
                            RiskProfile.of(call.text("riskProfile")),
                            expected,
                            caller.actor());
        } finally {
            // Also where nobody knows how the change has ended.
            sealing.riskChanged(caller.organization(), id);
        }
        return switch (outcome) {
            case ProductChange.Changed(Product product) -> ok(product, Optional.empty());
            case ProductChange.NoSuchProduct() -> Problems.notFound();
            case ProductChange.VersionMismatch(Product current) ->
                    Problems.versionMismatch(current.version());
        };
    }

    private Reply ok(Product product, Optional<CandidateView> candidate) {
        return Reply.ok(
                        new ProductRiskView(
                                product.risk().code(), terms(product.risk()), candidate))
                .etag(product.version());
    }

    private TermsView terms(RiskProfile profile) {
        RiskTerms terms = profile.terms();
        return new TermsView(
                terms.lowestAssurance().code(),
                terms.certificateLifeWithin(certificateLifeMax).toSeconds(),
                terms.tokensPermitted(),
                terms.sealingRequired(),
                terms.updateApproval().code(),
                List.of());
    }

    private Reply advise(AuthenticatedCaller caller, Call call) {
        JsonNode body = call.body();
        Set<Consequence> consequences =
                body.path("consequences")
                        .valueStream()
                        .map(JsonNode::stringValue)
                        .map(Consequence::of)
                        .collect(Collectors.toSet());
        Circumstances circumstances =
                new Circumstances(
                        consequences,
                        body.path("attackersReachDevice").asBoolean(),
                        body.path("fleetSize").asLong(),
                        body.path("battery").asBoolean(),
                        body.path("connectsPerDay").asInt(Circumstances.CONNECTS_PER_DAY),
                        body.path("partsBudgetCents").asInt());
        return Reply.ok(AdviceDocument.of(advisor.advise(circumstances)));
    }
}
