/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import dev.breakwater.server.account.AuthenticatedCaller;
import dev.breakwater.server.account.Permission;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.risk.UpdateApproval;
import dev.breakwater.server.rollout.RolloutJson;
import dev.breakwater.server.rollout.UpdateConsent;
import dev.breakwater.server.rollout.UpdatePolicies;
import dev.breakwater.server.rollout.UpdatePolicy;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** How products take updates. */
final class UpdatePolicyOperations {

    private final UpdatePolicies policies;

    UpdatePolicyOperations(UpdatePolicies policies) {
        this.policies = policies;
    }

    void register(Handlers handlers) {
        handlers.on("getUpdatePolicy", Permission.PRODUCTS_READ, this::get)
                .on(
                        "replaceUpdatePolicy",
                        Permission.PRODUCTS_WRITE,
                        this::replace,
                        AuditAction.PRODUCT_UPDATE_POLICY_CHANGED);
    }

    record UpdatePolicyView(
            String consent,
            int postponableDays,
            int securityDays,
            Optional<ObjectNode> window,
            String zone,
            String approval) {}

    private Reply get(AuthenticatedCaller caller, Call call) {
        return policies.of(caller.organization(), call.id("productId", ProductId::parse))
                .map(UpdatePolicyOperations::ok)
                .orElseGet(Problems::notFound);
    }

    private static Reply ok(UpdatePolicies.InForce inForce) {
        UpdatePolicy policy = inForce.policy();
        return Reply.ok(
                        new UpdatePolicyView(
                                policy.consent().code(),
                                policy.postponableDays(),
                                policy.securityDays(),
                                policy.window().map(RolloutJson::of),
                                policy.zone().getId(),
                                inForce.approval().code()))
                .etag(inForce.version());
    }

    private Reply replace(AuthenticatedCaller caller, Call call) {
        if (call.ifMatch() instanceof Call.IfMatch.Absent) {
            return Problems.preconditionNeeded();
        }
        ProductId id = call.id("productId", ProductId::parse);
        Optional<UpdatePolicies.InForce> before = policies.of(caller.organization(), id);
        if (before.isEmpty()) {
            return Problems.notFound();
        }
        UpdatePolicy policy;
        try {
            policy = policy(call, UpdatePolicy.of(before.get().approval()));
        } catch (IllegalArgumentException | DateTimeException none) {
            return Problems.notPossibleNow("No such policy: " + none.getMessage() + ".");
        }
        return switch (policies.change(
                caller.organization(),
                id,
                policy,
                call.ifMatch().expectedVersion(),
                caller.actor())) {
            case UpdatePolicies.Change.Changed(UpdatePolicies.InForce after) -> ok(after);
            case UpdatePolicies.Change.NoSuchProduct() -> Problems.notFound();
            case UpdatePolicies.Change.VersionMismatch(long current) ->
                    Problems.versionMismatch(current);
            case UpdatePolicies.Change.TooLax(UpdateApproval approval) ->
                    Problems.notPossibleNow(
                            "The product's risk profile asks for the approval '%s'; give the product"
                                            .formatted(approval.code())
                                    + " another profile or choose a stricter consent.");
        };
    }

    private static UpdatePolicy policy(Call call, UpdatePolicy usual) {
        return new UpdatePolicy(
                UpdateConsent.of(call.text("consent")),
                call.member("postponableDays").map(JsonNode::asInt).orElse(usual.postponableDays()),
                call.member("securityDays").map(JsonNode::asInt).orElse(usual.securityDays()),
                call.member("window").map(RolloutJson::window),
                call.member("zone").map(JsonNode::asString).map(ZoneId::of).orElse(usual.zone()));
    }
}
