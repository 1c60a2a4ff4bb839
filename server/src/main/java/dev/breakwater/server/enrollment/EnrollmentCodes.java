/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.enrollment;

import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.identity.DeviceStore;
import dev.breakwater.server.identity.Product;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.risk.Assurance;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Enrollment codes as operators handle them. Methods block; they belong on virtual threads. */
public final class EnrollmentCodes {

    private final EnrollmentStore store;
    private final DeviceStore devices;
    private final Limits limits;
    private final Clock clock;

    /** Wires the codes. */
    public EnrollmentCodes(EnrollmentStore store, DeviceStore devices, Limits limits, Clock clock) {
        this.store = store;
        this.devices = devices;
        this.limits = limits;
        this.clock = clock;
    }

    /** What became of a request for a code. */
    public sealed interface Creation {

        /**
         * The code is made.
         *
         * @param text shown now and never again; only its hash is stored
         */
        record Created(EnrollmentCode code, EnrollmentCodeText text) implements Creation {}

        /** The organization has no such product. */
        record NoSuchProduct() implements Creation {}

        /** The product asks for more than the code states. */
        record AssuranceTooLow(Assurance lowest) implements Creation {}

        /** A limit stands against it; the text names limit and value. */
        record OutsideLimits(String why) implements Creation {}
    }

    /** Makes a code. */
    public Creation create(OrganizationId organization, NewEnrollmentCode wanted, Actor actor) {
        int serialsMax = limits.of(Limit.ENROLLMENT_BATCH_SERIALS);
        if (wanted.serials().size() > serialsMax) {
            return new Creation.OutsideLimits(
                    "a code is for at most %d serials, not %d"
                            .formatted(serialsMax, wanted.serials().size()));
        }
        Duration validityMax = limits.seconds(Limit.ENROLLMENT_CODE_SECONDS);
        if (!wanted.validity().isPositive() || wanted.validity().compareTo(validityMax) > 0) {
            return new Creation.OutsideLimits(
                    "a code is valid for 1 to %d seconds, not %d"
                            .formatted(validityMax.toSeconds(), wanted.validity().toSeconds()));
        }
        Optional<Product> product = devices.product(organization, wanted.product());
        if (product.isEmpty()) {
            return new Creation.NoSuchProduct();
        }
        Assurance lowest = product.get().risk().terms().lowestStated();
        if (!wanted.assurance().meets(lowest)) {
            return new Creation.AssuranceTooLow(lowest);
        }
        EnrollmentCodeText text = EnrollmentCodeText.fresh(EnrollmentCodeId.fresh());
        Instant now = clock.instant();
        EnrollmentCode code =
                new EnrollmentCode(
                        text.id(),
                        organization,
                        wanted.product(),
                        wanted.note(),
                        wanted.serials().size(),
                        wanted.uses(),
                        0,
                        wanted.approvalNeeded(),
                        now,
                        actor.toString(),
                        now.plus(wanted.validity()),
                        Optional.empty(),
                        wanted.assurance());
        AuditEvent event =
                event(
                        organization,
                        actor,
                        AuditAction.ENROLLMENT_CODE_CREATED,
                        text.id(),
                        Map.of(
                                "product", wanted.product().toString(),
                                "serials", Integer.toString(wanted.serials().size()),
                                "uses", Integer.toString(wanted.uses()),
                                "expires", code.expiresAt().toString(),
                                "approval-needed", Boolean.toString(wanted.approvalNeeded()),
                                "assurance", wanted.assurance().code()));
        return new Creation.Created(
                store.addCode(code, text.secretSha256(), wanted.serials(), event), text);
    }

    /** One code. */
    public Optional<EnrollmentCode> code(OrganizationId organization, EnrollmentCodeId id) {
        return store.code(organization, id);
    }

    /** Codes in order of their ids, after {@code after}. */
    public List<EnrollmentCode> list(
            OrganizationId organization, Optional<EnrollmentCodeId> after, int countMax) {
        return store.codes(organization, after, countMax);
    }

    /** The serials of a code in alphabetical order, after {@code after}. */
    public List<DeviceSerial> serials(
            OrganizationId organization,
            EnrollmentCodeId id,
            Optional<DeviceSerial> after,
            int countMax) {
        return store.serials(organization, id, after, countMax);
    }

    /**
     * Ends a code at once. Devices that enrolled with it stay; who waits for an approval, or has
     * lost the answer, is refused. Empty if the organization has no such code.
     */
    public Optional<EnrollmentCode> withdraw(
            OrganizationId organization, EnrollmentCodeId id, Actor actor) {
        return store.withdraw(
                organization,
                id,
                clock.instant(),
                event(organization, actor, AuditAction.ENROLLMENT_CODE_WITHDRAWN, id, Map.of()));
    }

    private static AuditEvent event(
            OrganizationId organization,
            Actor actor,
            AuditAction action,
            EnrollmentCodeId id,
            Map<String, String> details) {
        return AuditEvent.of(organization, actor, action, "enrollment-code:" + id, details);
    }
}
