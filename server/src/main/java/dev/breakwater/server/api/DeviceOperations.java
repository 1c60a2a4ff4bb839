/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.server.account.AuthenticatedCaller;
import dev.breakwater.server.account.Permission;
import dev.breakwater.server.api.contract.ContractViolation;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.command.Commands;
import dev.breakwater.server.identity.Credential;
import dev.breakwater.server.identity.CredentialStore;
import dev.breakwater.server.identity.Device;
import dev.breakwater.server.identity.DeviceLifecycle;
import dev.breakwater.server.identity.DeviceStatus;
import dev.breakwater.server.identity.DeviceStore;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.identity.StatusChange;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.ownership.DeviceOwnership;
import dev.breakwater.server.tag.DeviceTag;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** Devices, their certificates, and who is let in. */
final class DeviceOperations {

    private final DeviceStore devices;
    private final CredentialStore credentials;
    private final DeviceLifecycle lifecycle;
    private final DeviceViews views;
    private final Commands commands;
    private final DeviceOwnership ownership;

    DeviceOperations(
            DeviceStore devices,
            CredentialStore credentials,
            DeviceLifecycle lifecycle,
            DeviceViews views,
            Commands commands,
            DeviceOwnership ownership) {
        this.devices = devices;
        this.credentials = credentials;
        this.lifecycle = lifecycle;
        this.views = views;
        this.commands = commands;
        this.ownership = ownership;
    }

    void register(Handlers handlers) {
        handlers.on("listDevices", Permission.DEVICES_READ, this::list)
                .on("getDevice", Permission.DEVICES_READ, this::get)
                .on("listCertificates", Permission.DEVICES_READ, this::certificates)
                .on(
                        "suspendDevice",
                        Permission.DEVICES_CONTROL,
                        (caller, call) -> change(caller, call, DeviceStatus.SUSPENDED),
                        AuditAction.DEVICE_SUSPENDED)
                .on(
                        "quarantineDevice",
                        Permission.DEVICES_CONTROL,
                        (caller, call) -> change(caller, call, DeviceStatus.QUARANTINED),
                        AuditAction.DEVICE_QUARANTINED)
                .on(
                        "reinstateDevice",
                        Permission.DEVICES_CONTROL,
                        (caller, call) -> change(caller, call, DeviceStatus.ACTIVE),
                        AuditAction.DEVICE_REINSTATED)
                .on(
                        "revokeDevice",
                        Permission.DEVICES_REVOKE,
                        (caller, call) -> change(caller, call, DeviceStatus.REVOKED),
                        AuditAction.DEVICE_REVOKED,
                        AuditAction.DEVICE_SHARE_ENDED,
                        AuditAction.COMMAND_DROPPED);
    }

    record CertificateView(
            String fingerprint,
            String serialNumber,
            String publicKeySha256,
            int generation,
            Instant notBefore,
            Instant notAfter,
            String status,
            String assurance,
            Optional<Instant> attestedAt) {
        static CertificateView of(Credential credential) {
            return new CertificateView(
                    credential.fingerprint().hex(),
                    credential.serialNumber().toString(),
                    credential.publicKeySha256(),
                    credential.generation(),
                    credential.notBefore(),
                    credential.notAfter(),
                    credential.status().name().toLowerCase(Locale.ROOT),
                    credential.assurance().code(),
                    credential.attestedAt());
        }
    }

    private Reply list(AuthenticatedCaller caller, Call call) throws ContractViolation {
        int count = call.count(Limit.PAGE_ROWS);
        DeviceStore.DeviceFilter filter =
                new DeviceStore.DeviceFilter(
                        call.values().optionalText("product").map(ProductId::parse),
                        call.values().optionalText("status").map(DeviceOperations::status),
                        call.values().optionalText("tag").map(DeviceTag::new),
                        ownership.reachable(caller));
        Optional<DeviceSerial> serial = call.values().optionalText("serial").map(DeviceSerial::new);
        Optional<DeviceId> after = call.cursor(DeviceId::parse);
        List<Device> rows;
        if (filter.tag().isPresent() && !DeviceViews.seesTags(caller)) {
            // As if no device had it: whoever may not see tags cannot find them out either.
            rows = List.of();
        } else if (serial.isPresent()) {
            rows =
                    devices.device(caller.organization(), serial.get()).stream()
                            .filter(device -> isListed(caller, device))
                            .filter(device -> fits(caller, device, filter))
                            .filter(device -> after.isEmpty())
                            .toList();
        } else {
            rows = devices.devices(caller.organization(), filter, after, count + 1);
        }
        return Reply.ok(
                Page.of(views.of(caller, rows), count, Function.identity(), DeviceView::id));
    }

    private boolean isListed(AuthenticatedCaller caller, Device device) {
        return ownership.reach(caller, device.id()).permits(Permission.DEVICES_READ);
    }

    private boolean fits(
            AuthenticatedCaller caller, Device device, DeviceStore.DeviceFilter filter) {
        return filter.product().map(device.product()::equals).orElse(true)
                && filter.status().map(status -> device.status() == status).orElse(true)
                && filter.tag().map(tag -> views.hasTag(caller, device, tag)).orElse(true);
    }

    private static DeviceStatus status(String code) {
        return DeviceStatus.valueOf(code.toUpperCase(Locale.ROOT));
    }

    private Reply get(AuthenticatedCaller caller, Call call) {
        return devices.device(caller.organization(), call.id("deviceId", DeviceId::parse))
                .map(device -> Reply.ok(views.of(caller, device)).etag(device.version()))
                .orElseGet(Problems::notFound);
    }

    private Reply certificates(AuthenticatedCaller caller, Call call) throws ContractViolation {
        DeviceId id = call.id("deviceId", DeviceId::parse);
        if (devices.device(caller.organization(), id).isEmpty()) {
            return Problems.notFound();
        }
        int count = call.count(Limit.PAGE_ROWS);
        Optional<Integer> below = call.cursor(Integer::valueOf);
        List<Credential> rows = credentials.ofDevice(caller.organization(), id, below, count + 1);
        return Reply.ok(
                Page.of(
                        rows,
                        count,
                        CertificateView::of,
                        certificate -> Integer.toString(certificate.generation())));
    }

    private Reply change(AuthenticatedCaller caller, Call call, DeviceStatus status) {
        StatusChange outcome =
                lifecycle.change(
                        caller.organization(),
                        call.id("deviceId", DeviceId::parse),
                        status,
                        call.text("reason"),
                        call.ifMatch().expectedVersion(),
                        caller.actor());
        if (outcome instanceof StatusChange.Changed && status == DeviceStatus.REVOKED) {
            commands.onRevoked(caller.organization());
        }
        return switch (outcome) {
            case StatusChange.Changed(Device device) ->
                    Reply.ok(views.of(caller, device)).etag(device.version());
            case StatusChange.NoSuchDevice() -> Problems.notFound();
            case StatusChange.VersionMismatch(Device current) ->
                    Problems.versionMismatch(current.version());
            case StatusChange.NotPossible(Device current) ->
                    Problems.notPossibleNow(
                            "The device is %s; from there it cannot become %s."
                                    .formatted(current.status().code(), status.code()));
        };
    }
}
