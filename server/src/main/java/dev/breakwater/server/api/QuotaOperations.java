/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.account.AuthenticatedCaller;
import dev.breakwater.server.account.Permission;
import dev.breakwater.server.api.contract.ContractViolation;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.identity.Device;
import dev.breakwater.server.identity.DeviceStore;
import dev.breakwater.server.identity.Product;
import dev.breakwater.server.identity.ProductChange;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.identity.ProductQuotas;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.quota.ConnectionFacts;
import dev.breakwater.server.quota.Quota;
import dev.breakwater.server.quota.QuotaProfile;
import dev.breakwater.server.quota.Quotas;
import dev.breakwater.server.quota.UsageReport;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** What devices may use of the channel, and what they use. */
final class QuotaOperations {

    private final DeviceStore devices;
    private final Quotas quotas;
    private final ProductQuotas productQuotas;
    private final Limits limits;

    QuotaOperations(
            DeviceStore devices, Quotas quotas, ProductQuotas productQuotas, Limits limits) {
        this.devices = devices;
        this.quotas = quotas;
        this.productQuotas = productQuotas;
        this.limits = limits;
    }

    void register(Handlers handlers) {
        handlers.on("getProductQuota", Permission.PRODUCTS_READ, this::get)
                .on(
                        "replaceProductQuota",
                        Permission.PRODUCTS_WRITE,
                        this::replace,
                        AuditAction.PRODUCT_QUOTA_CHANGED)
                .on("getDeviceChannel", Permission.DEVICES_READ, this::channel);
    }

    /** Quotas by name; absent is what a product does not state. */
    record QuotaView(
            Optional<Integer> publishesPerSecond,
            Optional<Integer> bytesPerSecond,
            Optional<Integer> connectsPerSecond,
            Optional<Integer> payloadBytes,
            Optional<Integer> subscriptions,
            Optional<Integer> inflight) {

        static QuotaView stated(QuotaProfile profile) {
            return new QuotaView(
                    profile.stated(Quota.PUBLISHES_PER_SECOND),
                    profile.stated(Quota.BYTES_PER_SECOND),
                    profile.stated(Quota.CONNECTS_PER_SECOND),
                    profile.stated(Quota.PAYLOAD_BYTES),
                    profile.stated(Quota.SUBSCRIPTIONS),
                    profile.stated(Quota.INFLIGHT));
        }
    }

    record ProductQuotaView(QuotaView stated, QuotaView inForce) {}

    record RefusalView(String reason, Instant at) {}

    record ConnectionView(
            Instant since,
            String source,
            String transport,
            String mqttVersion,
            String tlsVersion,
            String cipherSuite,
            String keyExchange,
            boolean resumed,
            double packetsPerSecond,
            double bytesPerSecond) {
        static ConnectionView of(ConnectionFacts facts, UsageReport report) {
            return new ConnectionView(
                    facts.since(),
                    facts.sourceAddress(),
                    facts.transport(),
                    facts.mqttVersion(),
                    facts.tls().protocol(),
                    facts.tls().cipherSuite(),
                    facts.tls().group(),
                    facts.tls().resumed(),
                    Math.rint(report.packetsPerSecond() * 10) / 10,
                    Math.rint(report.bytesPerSecond() * 10) / 10);
        }
    }

    record ChannelView(
            boolean connected,
            Optional<ConnectionView> connection,
            QuotaView quota,
            Optional<Instant> slowedSince,
            Optional<String> slowedBy,
            int slowed,
            int told,
            int cut,
            int turnedAway,
            Optional<Instant> waitsUntil,
            Optional<RefusalView> lastRefusal) {}

    private Reply get(AuthenticatedCaller caller, Call call) {
        return devices.product(caller.organization(), call.id("productId", ProductId::parse))
                .map(this::ok)
                .orElseGet(Problems::notFound);
    }

    private Reply replace(AuthenticatedCaller caller, Call call) throws ContractViolation {
        if (call.ifMatch() instanceof Call.IfMatch.Absent) {
            return Problems.preconditionNeeded();
        }
        ProductChange outcome =
                productQuotas.change(
                        caller.organization(),
                        call.id("productId", ProductId::parse),
                        profile(call),
                        call.ifMatch().expectedVersion(),
                        caller.actor());
        return switch (outcome) {
            case ProductChange.Changed(Product product) -> ok(product);
            case ProductChange.NoSuchProduct() -> Problems.notFound();
            case ProductChange.VersionMismatch(Product current) ->
                    Problems.versionMismatch(current.version());
        };
    }

    /** A quota beyond what the operator allows is refused, not cut: nobody should be surprised. */
    private QuotaProfile profile(Call call) throws ContractViolation {
        Map<Quota, Integer> stated = new EnumMap<>(Quota.class);
        for (Quota quota : Quota.values()) {
            Optional<Integer> value = call.member(member(quota)).map(node -> node.asInt());
            int highest = limits.of(quota.highest());
            if (value.isPresent() && value.get() > highest) {
                throw ContractViolation.member(
                        "/" + member(quota),
                        "is more than this server lets a product give: " + highest);
            }
            value.ifPresent(number -> stated.put(quota, number));
        }
        return new QuotaProfile(stated);
    }

    private static String member(Quota quota) {
        return switch (quota) {
            case PUBLISHES_PER_SECOND -> "publishesPerSecond";
            case BYTES_PER_SECOND -> "bytesPerSecond";
            case CONNECTS_PER_SECOND -> "connectsPerSecond";
            case PAYLOAD_BYTES -> "payloadBytes";
            case SUBSCRIPTIONS -> "subscriptions";
            case INFLIGHT -> "inflight";
        };
    }

    private Reply ok(Product product) {
        return Reply.ok(
                        new ProductQuotaView(
                                QuotaView.stated(product.quota()), inForce(product.quota())))
                .etag(product.version());
    }

    private QuotaView inForce(QuotaProfile profile) {
        Map<Quota, Integer> all = new EnumMap<>(Quota.class);
        for (Quota quota : Quota.values()) {
            all.put(quota, profile.inForce(quota, limits));
        }
        return QuotaView.stated(new QuotaProfile(all));
    }

    private Reply channel(AuthenticatedCaller caller, Call call) {
        Optional<Device> device =
                devices.device(caller.organization(), call.id("deviceId", DeviceId::parse));
        if (device.isEmpty()) {
            return Problems.notFound();
        }
        QuotaProfile profile =
                devices.product(caller.organization(), device.get().product())
                        .map(Product::quota)
                        .orElse(QuotaProfile.UNSTATED);
        return Reply.ok(view(quotas.report(device.get().id(), profile), profile));
    }

    private ChannelView view(UsageReport report, QuotaProfile profile) {
        return new ChannelView(
                report.connection().isPresent(),
                report.connection().map(facts -> ConnectionView.of(facts, report)),
                inForce(profile),
                report.slowedSince(),
                report.slowedBy().map(Quota::code),
                report.slowed(),
                report.told(),
                report.cut(),
                report.turnedAway(),
                report.waitsUntil(),
                report.lastRefusal()
                        .map(refusal -> new RefusalView(refusal.reason(), refusal.at())));
    }
}
