/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.account.AuthenticatedCaller;
import dev.breakwater.server.account.Permission;
import dev.breakwater.server.api.contract.ContractViolation;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.envelope.DeviceKey;
import dev.breakwater.server.envelope.EnvelopeKey;
import dev.breakwater.server.envelope.EnvelopeKeyId;
import dev.breakwater.server.envelope.EnvelopeKeys;
import dev.breakwater.server.envelope.Envelopes;
import dev.breakwater.server.envelope.KeyHolder;
import dev.breakwater.server.envelope.Sealing;
import dev.breakwater.server.envelope.SealingPolicy;
import dev.breakwater.server.envelope.SealingStore;
import dev.breakwater.server.identity.DeviceStore;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Keys that devices seal to, and which products ask for it. */
final class EnvelopeOperations {

    private final DeviceStore devices;
    private final Envelopes envelopes;

    /** What was kept until now opens for as long as it is kept, and a day more for what is late. */
    private final Duration opensFor;

    EnvelopeOperations(DeviceStore devices, Envelopes envelopes, Limits limits) {
        this.devices = devices;
        this.envelopes = envelopes;
        this.opensFor = Duration.ofDays(limits.of(Limit.TELEMETRY_DAYS) + 1L);
    }

    void register(Handlers handlers) {
        handlers.on("listEnvelopeKeys", Permission.ORGANIZATION_READ, this::list)
                .on(
                        "enterEnvelopeKey",
                        Permission.ORGANIZATION_WRITE,
                        this::enter,
                        AuditAction.ENVELOPE_KEY_ENTERED)
                .on(
                        "rotateEnvelopeKey",
                        Permission.ORGANIZATION_WRITE,
                        this::rotate,
                        AuditAction.ENVELOPE_KEY_CREATED)
                .on(
                        "retireEnvelopeKey",
                        Permission.ORGANIZATION_WRITE,
                        this::retire,
                        AuditAction.ENVELOPE_KEY_RETIRED)
                .on("listDeviceEnvelopeKeys", Permission.DEVICES_READ, this::ofDevice)
                .on("getProductSealing", Permission.PRODUCTS_READ, this::policy)
                .on(
                        "replaceProductSealing",
                        Permission.PRODUCTS_WRITE,
                        this::replacePolicy,
                        AuditAction.PRODUCT_SEALING_CHANGED);
    }

    /** A key; {@code sha256} is what a device is given so that it takes no other one. */
    record EnvelopeKeyView(
            String id,
            String shortId,
            String holder,
            int suite,
            String publicKey,
            String sha256,
            Instant createdAt,
            Instant sealedToUntil,
            Optional<Instant> opensUntil) {
        static EnvelopeKeyView of(EnvelopeKey key) {
            return new EnvelopeKeyView(
                    key.id().toString(),
                    key.key().id().toString(),
                    key.holder().code(),
                    key.key().suite().number(),
                    Base64.getEncoder().encodeToString(key.key().encoded()),
                    key.key().sha256(),
                    key.createdAt(),
                    key.key().validity().notAfter(),
                    key.opensUntil());
        }
    }

    record EnvelopeKeysView(List<EnvelopeKeyView> items) {}

    record ProductSealingView(
            String sealing, String recipient, String inForce, boolean raisedByRiskProfile) {
        static ProductSealingView of(SealingStore.Stored stored) {
            SealingPolicy counts = stored.inForce();
            return new ProductSealingView(
                    stored.policy().sealing().code(),
                    counts.recipient().code(),
                    counts.sealing().code(),
                    !counts.equals(stored.policy()));
        }
    }

    private Reply list(AuthenticatedCaller caller, Call call) {
        return Reply.ok(
                new EnvelopeKeysView(
                        envelopes.keys().of(caller.organization()).stream()
                                .map(EnvelopeKeyView::of)
                                .toList()));
    }

    record DeviceEnvelopeKeyView(int suite, String publicKey, String sha256, Instant registeredAt) {
        static DeviceEnvelopeKeyView of(DeviceKey device) {
            return new DeviceEnvelopeKeyView(
                    device.key().suite().number(),
                    Base64.getEncoder().encodeToString(device.key().encoded()),
                    device.key().sha256(),
                    device.registeredAt());
        }
    }

    record DeviceEnvelopeKeysView(List<DeviceEnvelopeKeyView> items) {}

    private Reply ofDevice(AuthenticatedCaller caller, Call call) {
        DeviceId device = call.id("deviceId", DeviceId::parse);
        if (devices.device(caller.organization(), device).isEmpty()) {
            return Problems.notFound();
        }
        return Reply.ok(
                new DeviceEnvelopeKeysView(
                        envelopes.commands().keyOf(caller.organization(), device).stream()
                                .map(DeviceEnvelopeKeyView::of)
                                .toList()));
    }

    private Reply enter(AuthenticatedCaller caller, Call call) throws ContractViolation {
        EnvelopeKeys.Change change;
        try {
            byte[] publicKey = Base64.getDecoder().decode(call.text("publicKey"));
            change = envelopes.keys().enter(caller.organization(), publicKey, caller.actor());
        } catch (IllegalArgumentException unusable) {
            throw ContractViolation.member("/publicKey", "is refused: " + unusable.getMessage());
        }
        return reply(change);
    }

    private Reply rotate(AuthenticatedCaller caller, Call call) {
        Duration time =
                call.member("othersOpenSeconds")
                        .map(JsonNode::longValue)
                        .map(Duration::ofSeconds)
                        .orElse(opensFor);
        return reply(envelopes.keys().rotate(caller.organization(), time, caller.actor()));
    }

    private static Reply reply(EnvelopeKeys.Change change) {
        return switch (change) {
            case EnvelopeKeys.Change.Made(EnvelopeKey key) ->
                    Reply.created(EnvelopeKeyView.of(key), "/api/v1/envelope-keys");
            case EnvelopeKeys.Change.Known() ->
                    Problems.notPossibleNow("The organization has this key already.");
            case EnvelopeKeys.Change.TooMany(int keysMax) ->
                    Problems.limitReached(
                            "The organization has %d envelope keys, as many as it may; retire one."
                                    .formatted(keysMax));
        };
    }

    private Reply retire(AuthenticatedCaller caller, Call call) {
        EnvelopeKeyId id = call.id("envelopeKeyId", EnvelopeKeyId::parse);
        return switch (envelopes.keys().retire(caller.organization(), id, caller.actor())) {
            case RETIRED -> Reply.noContent();
            case NO_SUCH_KEY -> Problems.notFound();
            case IS_CURRENT ->
                    Problems.notPossibleNow(
                            "Devices seal to this key of the server; rotate first.");
        };
    }

    private Reply policy(AuthenticatedCaller caller, Call call) {
        return envelopes
                .policies()
                .of(caller.organization(), call.id("productId", ProductId::parse))
                .map(EnvelopeOperations::ok)
                .orElseGet(Problems::notFound);
    }

    private Reply replacePolicy(AuthenticatedCaller caller, Call call) {
        if (call.ifMatch() instanceof Call.IfMatch.Absent) {
            return Problems.preconditionNeeded();
        }
        SealingPolicy policy =
                new SealingPolicy(
                        Sealing.of(call.text("sealing")), KeyHolder.of(call.text("recipient")));
        SealingStore.Change change =
                envelopes
                        .policies()
                        .change(
                                caller.organization(),
                                call.id("productId", ProductId::parse),
                                policy,
                                call.ifMatch().expectedVersion(),
                                caller.actor());
        return switch (change) {
            case SealingStore.Change.Changed(SealingStore.Stored now) -> ok(now);
            case SealingStore.Change.NoSuchProduct() -> Problems.notFound();
            case SealingStore.Change.VersionMismatch(SealingStore.Stored current) ->
                    Problems.versionMismatch(current.version());
        };
    }

    /** The version of the policy alone: what a profile makes of it has an ETag elsewhere. */
    private static Reply ok(SealingStore.Stored stored) {
        return Reply.ok(ProductSealingView.of(stored)).etag(stored.version());
    }
}
