/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import dev.breakwater.server.account.AuthenticatedCaller;
import dev.breakwater.server.account.Permission;
import dev.breakwater.server.api.contract.ContractViolation;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.guidance.GuidanceRefused;
import dev.breakwater.server.guidance.GuidanceStore.Change;
import dev.breakwater.server.guidance.GuidanceStore.Stored;
import dev.breakwater.server.guidance.GuidanceText;
import dev.breakwater.server.guidance.OwnerGuidance;
import dev.breakwater.server.guidance.ProductGuidance;
import dev.breakwater.server.identity.ProductId;
import tools.jackson.databind.JsonNode;

/** What makers tell the owners of a product. */
final class GuidanceOperations {

    private final ProductGuidance guidance;

    GuidanceOperations(ProductGuidance guidance) {
        this.guidance = guidance;
    }

    void register(Handlers handlers) {
        handlers.on("getProductGuidance", Permission.PRODUCTS_READ, this::get)
                .on(
                        "replaceProductGuidance",
                        Permission.PRODUCTS_WRITE,
                        this::replace,
                        AuditAction.PRODUCT_GUIDANCE_CHANGED);
    }

    /** Guidance, and the path of the page that is made of it. */
    record ProductGuidanceView(JsonNode guidance, String page) {}

    private Reply get(AuthenticatedCaller caller, Call call) {
        ProductId id = product(call);
        return guidance.of(caller.organization(), id)
                .map(stored -> shown(id, stored))
                .orElseGet(Problems::notFound);
    }

    private Reply replace(AuthenticatedCaller caller, Call call) throws ContractViolation {
        if (call.ifMatch() instanceof Call.IfMatch.Absent) {
            return Problems.preconditionNeeded();
        }
        ProductId id = product(call);
        Change change =
                guidance.change(
                        caller.organization(),
                        id,
                        stated(call),
                        call.ifMatch().expectedVersion(),
                        caller.actor());
        return switch (change) {
            case Change.Changed(Stored now) -> shown(id, now);
            case Change.NoSuchProduct() -> Problems.notFound();
            case Change.VersionMismatch(Stored current) ->
                    Problems.versionMismatch(current.version());
        };
    }

    private static OwnerGuidance stated(Call call) throws ContractViolation {
        try {
            return GuidanceText.read(call.body());
        } catch (GuidanceRefused refused) {
            throw ContractViolation.member(refused.pointer(), refused.text());
        }
    }

    private static Reply shown(ProductId id, Stored stored) {
        return Reply.ok(
                        new ProductGuidanceView(
                                GuidanceText.of(stored.guidance()), "/guides/" + id))
                .etag(stored.version());
    }

    private static ProductId product(Call call) {
        return call.id("productId", ProductId::parse);
    }
}
