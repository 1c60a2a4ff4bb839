/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.label;

import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.organization.OrganizationId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Where labels are kept. What changes something is durable, with its audit entry, when it returns.
 */
public interface LabelStore {

    /**
     * Enters labels, all of them or none. One that stands there already, the very same, stays as it
     * is.
     *
     * @param labels of this organization
     * @param labelsMax how many the organization may have
     */
    Entry enter(
            OrganizationId organization, List<DeviceLabel> labels, int labelsMax, AuditEvent event);

    /** One label. */
    Optional<DeviceLabel> label(OrganizationId organization, DeviceLabelId id);

    /** The label of a serial. */
    Optional<DeviceLabel> label(OrganizationId organization, DeviceSerial serial);

    /** Labels in order of their ids, after {@code after}. */
    List<DeviceLabel> labels(
            OrganizationId organization, Optional<DeviceLabelId> after, int countMax);

    /** Withdraws a label, unless its device is in use or promised to somebody. */
    Withdrawal withdraw(
            OrganizationId organization, DeviceLabelId id, Instant at, AuditEvent event);

    /** What became of labels that were to be entered. */
    sealed interface Entry {

        /** They stand like this, in the order in which they were given. */
        record Entered(List<DeviceLabel> labels) implements Entry {
            /** Copies the labels. */
            public Entered {
                labels = List.copyOf(labels);
            }
        }

        /** The serial, or its key, is on another label; nothing was entered. */
        record Taken(DeviceSerial serial) implements Entry {}

        /** The organization has as many labels as it may have. */
        record TooMany(int labelsMax) implements Entry {}
    }

    /** What became of a withdrawal. */
    enum Withdrawal {
        /** There is no such label any more. */
        WITHDRAWN,
        /** There was none. */
        NO_SUCH_LABEL,
        /** Its device belongs to somebody, or is about to. */
        IN_USE
    }
}
