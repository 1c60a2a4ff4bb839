/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.identity;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.risk.RiskProfile;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Tokens of devices whose product's profile permits them, and only of those: how they come into
 * being and follow each other. What a token is worth the {@link DeviceRegistry} decides, at each
 * CONNECT. Methods block; they belong on virtual threads.
 *
 * <p>A token follows its predecessor as a certificate does: it has the next generation, both are
 * good until the new one has connected, and from then on the old one is the sign of a copy. A crash
 * after a token is stored and before it is shown leaves one that nobody knows; the next one made
 * revokes it.
 */
public final class DeviceTokens {

    private final DeviceStore devices;
    private final DeviceTokenStore store;
    private final DeviceRegistry registry;
    private final RegistryVersion version;
    private final Limits limits;
    private final Clock clock;

    /** Wires it; {@code version} is shared with the registry. */
    public DeviceTokens(
            DeviceStore devices,
            DeviceTokenStore store,
            DeviceRegistry registry,
            RegistryVersion version,
            Limits limits,
            Clock clock) {
        this.devices = devices;
        this.store = store;
        this.registry = registry;
        this.version = version;
        this.limits = limits;
        this.clock = clock;
    }

    /** What became of the wish for a token. */
    public sealed interface Outcome {

        /**
         * It is made.
         *
         * @param text shown now and never again; only its hash is stored
         */
        record Made(DeviceToken token, DeviceTokenText text) implements Outcome {}

        /** The organization has no such product or device. */
        record NotFound() implements Outcome {}

        /** The product's profile permits no tokens. */
        record NotPermitted(RiskProfile risk) implements Outcome {}

        /** Another device of the organization has this serial. */
        record SerialTaken() implements Outcome {}

        /** The device is suspended, quarantined or revoked. */
        record NotActive() implements Outcome {}

        /** A token lives at most so long. */
        record LifeTooLong(Duration lifeMax) implements Outcome {}
    }

    /** Makes a device that has no certificate, together with its first token. */
    public Outcome register(
            OrganizationId organization,
            ProductId product,
            DeviceSerial serial,
            Optional<Duration> life,
            Actor actor) {
        Optional<Product> found = devices.product(organization, product);
        Optional<Outcome> objection = objection(found, life);
        if (objection.isPresent()) {
            return objection.get();
        }
        Instant now = clock.instant();
        Device device =
                new Device(
                        DeviceId.fresh(),
                        organization,
                        product,
                        serial,
                        DeviceStatus.ACTIVE,
                        "",
                        0,
                        now,
                        Optional.empty(),
                        1);
        DeviceTokenText text = DeviceTokenText.fresh();
        DeviceToken first =
                new DeviceToken(
                        text.fingerprint(),
                        organization,
                        device.id(),
                        1,
                        now,
                        now.plus(life.orElse(lifeMax())),
                        CredentialStatus.ACTIVE);
        AuditEvent registered =
                AuditEvent.of(
                        organization,
                        actor,
                        AuditAction.DEVICE_REGISTERED,
                        "device:" + device.id(),
                        Map.of("serial", serial.text(), "product", product.toString()));
        AuditEvent created = event(first, AuditAction.DEVICE_TOKEN_CREATED, actor);
        if (!store.register(device, first, List.of(registered, created))) {
            return new Outcome.SerialTaken();
        }
        registry.expectTokens();
        return new Outcome.Made(first, text);
    }

    /** Makes a further token for a device, for whoever looks after it. */
    public Outcome create(
            OrganizationId organization, DeviceId device, Optional<Duration> life, Actor actor) {
        return make(organization, device, life, AuditAction.DEVICE_TOKEN_CREATED, actor);
    }

    /**
     * Makes a further token for a device that proved itself with one. A device with a certificate
     * gets none: nobody makes themselves less sure than they are.
     */
    public Outcome rotate(AuthenticatedDevice device) {
        return switch (device.credential()) {
            case Credential _ -> new Outcome.NotPermitted(device.risk());
            case DeviceToken _ ->
                    make(
                            device.organization(),
                            device.id(),
                            Optional.empty(),
                            AuditAction.DEVICE_TOKEN_ROTATED,
                            new Actor.ProvenDevice(device.id()));
        };
    }

    /**
     * A part of all tokens a device ever had, newest first.
     *
     * @param below only those of a lower generation; empty for the newest
     */
    public List<DeviceToken> of(
            OrganizationId organization, DeviceId device, Optional<Integer> below, int countMax) {
        return store.tokensOf(organization, device, below, countMax);
    }

    private Outcome make(
            OrganizationId organization,
            DeviceId id,
            Optional<Duration> life,
            AuditAction action,
            Actor actor) {
        Optional<Device> device = devices.device(organization, id);
        Optional<Product> product =
                device.flatMap(found -> devices.product(organization, found.product()));
        Optional<Outcome> objection = objection(product, life);
        if (objection.isPresent()) {
            return objection.get();
        }
        DeviceTokenText text = DeviceTokenText.fresh();
        Instant now = clock.instant();
        Instant notAfter = now.plus(life.orElse(lifeMax()));
        AuditEvent event =
                AuditEvent.of(
                        organization,
                        actor,
                        action,
                        "device:" + id,
                        Map.of("expires-at", notAfter.toString()));
        Optional<DeviceToken> made;
        try {
            made = store.add(organization, id, text.fingerprint(), now, notAfter, event);
        } finally {
            // Even if nobody knows what is durable: a token that never connected is revoked now.
            version.rise(id);
        }
        registry.expectTokens();
        return made.<Outcome>map(token -> new Outcome.Made(token, text))
                .orElseGet(Outcome.NotActive::new);
    }

    private Optional<Outcome> objection(Optional<Product> product, Optional<Duration> life) {
        if (product.isEmpty()) {
            return Optional.of(new Outcome.NotFound());
        }
        RiskProfile risk = product.get().risk();
        if (!risk.terms().tokensPermitted()) {
            return Optional.of(new Outcome.NotPermitted(risk));
        }
        return life.filter(wanted -> wanted.compareTo(lifeMax()) > 0)
                .map(tooLong -> new Outcome.LifeTooLong(lifeMax()));
    }

    private Duration lifeMax() {
        return limits.seconds(Limit.DEVICE_TOKEN_SECONDS);
    }

    private static AuditEvent event(DeviceToken token, AuditAction action, Actor actor) {
        return AuditEvent.of(
                token.organization(),
                actor,
                action,
                "device:" + token.device(),
                Map.of("expires-at", token.notAfter().toString()));
    }
}
