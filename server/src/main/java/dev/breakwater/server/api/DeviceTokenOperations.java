/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.server.account.AuthenticatedCaller;
import dev.breakwater.server.account.Permission;
import dev.breakwater.server.api.contract.ContractViolation;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.identity.DeviceStore;
import dev.breakwater.server.identity.DeviceToken;
import dev.breakwater.server.identity.DeviceTokens;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.limits.Limit;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Devices that prove themselves by a token, where their product permits it. */
final class DeviceTokenOperations {

    private final DeviceStore devices;
    private final DeviceTokens tokens;

    DeviceTokenOperations(DeviceStore devices, DeviceTokens tokens) {
        this.devices = devices;
        this.tokens = tokens;
    }

    void register(Handlers handlers) {
        handlers.on(
                        "registerDevice",
                        Permission.ENROLLMENT_WRITE,
                        this::registerDevice,
                        AuditAction.DEVICE_REGISTERED,
                        AuditAction.DEVICE_TOKEN_CREATED)
                .on(
                        "createDeviceToken",
                        Permission.ENROLLMENT_WRITE,
                        this::create,
                        AuditAction.DEVICE_TOKEN_CREATED)
                .on("listDeviceTokens", Permission.DEVICES_READ, this::list);
    }

    record DeviceTokenView(
            String fingerprint,
            String device,
            int generation,
            Instant createdAt,
            Instant expiresAt,
            String status) {
        static DeviceTokenView of(DeviceToken token) {
            return new DeviceTokenView(
                    token.fingerprint().hex(),
                    token.device().toString(),
                    token.generation(),
                    token.notBefore(),
                    token.notAfter(),
                    token.status().name().toLowerCase(Locale.ROOT));
        }
    }

    record DeviceTokenWithSecretView(DeviceTokenView token, String secret) {
        @Override
        public String toString() {
            return "DeviceTokenWithSecretView[" + token + ", secret=[REDACTED]]";
        }
    }

    private Reply registerDevice(AuthenticatedCaller caller, Call call) {
        String serial = call.text("serial");
        return reply(
                tokens.register(
                        caller.organization(),
                        call.id("productId", ProductId::parse),
                        new DeviceSerial(serial),
                        life(call),
                        caller.actor()),
                serial);
    }

    private Reply create(AuthenticatedCaller caller, Call call) {
        DeviceId id = call.id("deviceId", DeviceId::parse);
        return reply(
                tokens.create(caller.organization(), id, life(call), caller.actor()),
                id.toString());
    }

    private static Optional<Duration> life(Call call) {
        return call.member("validitySeconds")
                .map(seconds -> Duration.ofSeconds(seconds.longValue()));
    }

    private static Reply reply(DeviceTokens.Outcome outcome, String name) {
        return switch (outcome) {
            case DeviceTokens.Outcome.Made made ->
                    Reply.created(
                            new DeviceTokenWithSecretView(
                                    DeviceTokenView.of(made.token()), made.text().reveal()),
                            "/api/v1/devices/" + made.token().device() + "/tokens");
            case DeviceTokens.Outcome.NotFound() -> Problems.notFound();
            case DeviceTokens.Outcome.NotPermitted(var risk) ->
                    Problems.notPossibleNow(
                            "The product's risk profile, %s, permits no tokens; enroll the device with a certificate."
                                    .formatted(risk.code()));
            case DeviceTokens.Outcome.SerialTaken() -> Problems.nameTaken("device", name);
            case DeviceTokens.Outcome.NotActive() ->
                    Problems.notPossibleNow("The device is not active; reinstate it first.");
            case DeviceTokens.Outcome.LifeTooLong(Duration most) ->
                    Problems.limitReached(
                            "A device's token lives at most %d seconds here."
                                    .formatted(most.toSeconds()));
        };
    }

    private Reply list(AuthenticatedCaller caller, Call call) throws ContractViolation {
        DeviceId id = call.id("deviceId", DeviceId::parse);
        if (devices.device(caller.organization(), id).isEmpty()) {
            return Problems.notFound();
        }
        int count = call.count(Limit.PAGE_ROWS);
        Optional<Integer> below = call.cursor(Integer::valueOf);
        List<DeviceToken> rows = tokens.of(caller.organization(), id, below, count + 1);
        return Reply.ok(
                Page.of(
                        rows,
                        count,
                        DeviceTokenView::of,
                        token -> Integer.toString(token.generation())));
    }
}
