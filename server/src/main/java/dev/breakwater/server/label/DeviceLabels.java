/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.label;

import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.identity.DeviceStore;
import dev.breakwater.server.identity.Product;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.risk.Assurance;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Enters, lists and withdraws the labels of a maker's devices. Blocks. */
public final class DeviceLabels {

    private final LabelStore store;
    private final DeviceStore devices;
    private final Limits limits;
    private final Clock clock;

    /** Wires it. */
    public DeviceLabels(LabelStore store, DeviceStore devices, Limits limits, Clock clock) {
        this.store = store;
        this.devices = devices;
        this.limits = limits;
        this.clock = clock;
    }

    /** What became of labels that were to be entered. */
    public sealed interface Entering {

        /** They stand like this. */
        record Entered(List<DeviceLabel> labels) implements Entering {
            /** Copies the labels. */
            public Entered {
                labels = List.copyOf(labels);
            }
        }

        /** The organization has no such product. */
        record NoSuchProduct() implements Entering {}

        /** The product asks for more than is stated of the keys. */
        record AssuranceTooLow(Assurance lowest) implements Entering {}

        /** The serial, or its key, is on another label; nothing was entered. */
        record Taken(DeviceSerial serial) implements Entering {}

        /** A limit stands against it; the text names limit and value. */
        record OutsideLimits(String why) implements Entering {}
    }

    /** Enters the labels of devices of one product, all of them or none. */
    public Entering enter(
            OrganizationId organization,
            ProductId product,
            List<NewDeviceLabel> wanted,
            Assurance assurance,
            Actor actor) {
        int atOnceMax = limits.of(Limit.DEVICE_LABELS_PER_ENTRY);
        if (wanted.size() > atOnceMax) {
            return new Entering.OutsideLimits(
                    "at most %d labels are entered at once, not %d"
                            .formatted(atOnceMax, wanted.size()));
        }
        Optional<Product> found = devices.product(organization, product);
        if (found.isEmpty()) {
            return new Entering.NoSuchProduct();
        }
        Assurance lowest = found.get().risk().terms().lowestStated();
        if (!assurance.meets(lowest)) {
            return new Entering.AssuranceTooLow(lowest);
        }
        Instant now = clock.instant();
        List<DeviceLabel> labels =
                wanted.stream()
                        .map(
                                label ->
                                        new DeviceLabel(
                                                DeviceLabelId.fresh(),
                                                organization,
                                                product,
                                                label.serial(),
                                                label.key(),
                                                assurance,
                                                now,
                                                Optional.empty()))
                        .toList();
        LabelStore.Entry entry =
                store.enter(
                        organization,
                        labels,
                        limits.of(Limit.DEVICE_LABELS_PER_ORGANIZATION),
                        entered(organization, product, labels, assurance, actor));
        return switch (entry) {
            case LabelStore.Entry.Entered(var stored) -> new Entering.Entered(stored);
            case LabelStore.Entry.Taken(var serial) -> new Entering.Taken(serial);
            case LabelStore.Entry.TooMany(int labelsMax) ->
                    new Entering.OutsideLimits(
                            "an organization has at most %d labels".formatted(labelsMax));
        };
    }

    private static AuditEvent entered(
            OrganizationId organization,
            ProductId product,
            List<DeviceLabel> labels,
            Assurance assurance,
            Actor actor) {
        return AuditEvent.of(
                organization,
                actor,
                AuditAction.DEVICE_LABEL_ENTERED,
                "product:" + product,
                Map.of(
                        "labels", Integer.toString(labels.size()),
                        "first", labels.getFirst().serial().text(),
                        "last", labels.getLast().serial().text(),
                        "assurance", assurance.code()));
    }

    /** One label. */
    public Optional<DeviceLabel> label(OrganizationId organization, DeviceLabelId id) {
        return store.label(organization, id);
    }

    /** The label of a serial. */
    public Optional<DeviceLabel> label(OrganizationId organization, DeviceSerial serial) {
        return store.label(organization, serial);
    }

    /** Labels in order of their ids, after {@code after}. */
    public List<DeviceLabel> list(
            OrganizationId organization, Optional<DeviceLabelId> after, int countMax) {
        return store.labels(organization, after, countMax);
    }

    /** Withdraws a label: no ticket is granted for it from now on, and none that was is taken. */
    public LabelStore.Withdrawal withdraw(
            OrganizationId organization, DeviceLabelId id, Actor actor) {
        return store.withdraw(
                organization,
                id,
                clock.instant(),
                AuditEvent.of(
                        organization,
                        actor,
                        AuditAction.DEVICE_LABEL_WITHDRAWN,
                        "device-label:" + id,
                        Map.of()));
    }
}
